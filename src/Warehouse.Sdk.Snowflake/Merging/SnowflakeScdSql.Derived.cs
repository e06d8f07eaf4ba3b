using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What follows from a member's versions together: its durable key, its current values, why each version is there, and its row in the table of members.</summary>
internal sealed partial class SnowflakeScdSql
{
    private IReadOnlyList<Identifier> DurableKeyNames => _definition.DurableKey is { } name ? [name] : [];

    /// <param name="keyed">The versions with their keys.</param>
    private SqlText WithDerivedColumns(SqlText keyed)
    {
        if (!_plan.DerivesColumns)
            return keyed;
        SqlText[] derived =
        [
            .. DurableKeyNames.Select(name => Rules.Sql($"coalesce(known.{name}, first_value(src.given_key) OVER {SnowflakeVersionSql.Member(_plan.Dimension)}) AS {name}")),
            .. SnowflakeVersionSql.CurrentValues(_plan.Dimension).Select(current => Rules.Sql($"{current.Value} AS {current.Name}")),
            _definition.RecordsChangeReason ? Rules.Sql($"{SnowflakeVersionSql.ChangeReason(_plan.Dimension)} AS {_names.ChangeReason}") : SqlText.Empty,
        ];
        SqlText known = _definition.DurableKey is { } durableKey
            ? Rules.Sql($"""
                LEFT JOIN (
                    SELECT {Columns("stored", _key)},
                           min(stored.{durableKey}) AS {durableKey}
                    FROM {Stored} AS stored
                    GROUP BY {Inline("stored", _key)}
                ) AS known ON {SameKey("known", "src", _key)}
                """)
            : SqlText.Empty;
        return Rules.Sql($"""
            , keyed AS (
                {keyed}
            )
            SELECT src.*,
                   {Lines(derived)}
            FROM keyed AS src
            {known}
            """);
    }

    private IEnumerable<SqlStatement> AlignMembers()
    {
        if (!_definition.SeparatesHistory)
            yield break;
        QualifiedName members = _plan.Dimension.Name;
        yield return Statement("delete-vanished-members", "Members without any version never were.", Rules.Sql($"""
            DELETE FROM {members}
            WHERE EXISTS (SELECT 1 FROM {Touched} AS touched WHERE {SameKey("touched", Own(members), _key)})
              AND NOT EXISTS (SELECT 1 FROM {_dimension} AS version WHERE version.{_definition.DurableKey!.Value} = {members}.{_definition.DurableKey!.Value})
            """)) with { OnlyIf = VanishedVersions, WritesTarget = true };
        yield return SnowflakeMemberTableSql.Align(_plan.Dimension, Rules.Sql($"JOIN {Touched} AS touched ON {SameKey("touched", "version", _key)}"));
    }
}
