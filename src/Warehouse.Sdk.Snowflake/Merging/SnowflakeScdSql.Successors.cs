using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Rows that alone follow all that is known of their members. Each is the next version of its member, or the first, and nothing else of the history
/// changes: most of what comes is such, and needs no timeline.
/// </summary>
internal sealed partial class SnowflakeScdSql
{
    private const string AllSuccessors = "successors";
    private const string SucceededVersions = "succeeded_versions";
    private const string KeyedTogether = "keyed_together";

    private static readonly QualifiedName Successors = Temp("successors");
    private static readonly QualifiedName Succeeded = Temp("succeeded");
    private static readonly QualifiedName KeyOrder = Temp("key_order");

    private IEnumerable<SqlStatement> FindSuccessors()
    {
        if (!_plan.LetsRowsSucceed)
            yield break;
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        yield return Statement("find-successors", "The one row of a member that is newer than all of its history, and where that is sound.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("successors")} AS
            WITH alone AS (
                SELECT {Columns("src", _key)}
                FROM {Incoming} AS src
                GROUP BY {Inline("src", _key)}
                HAVING count(*) = 1 AND NOT boolor_agg(src.is_delete)
            ),
            histories AS (
                SELECT {Columns("tgt", _key)},
                       booland_agg(CASE WHEN next_version.{_names.Version} IS NULL THEN tgt.{_names.IsCurrent} AND {ReadEnd("tgt")} IS NULL
                                     ELSE NOT tgt.{_names.IsCurrent} AND coalesce({MeetsNext}, FALSE)
                                END)
                       AND count_if(tgt.{_names.IsCurrent}) = 1
                       AND min(tgt.{_names.Version}) = 1
                       AND max(tgt.{_names.Version}) = count(*) AS is_sound
                FROM {Known} AS tgt
                LEFT JOIN {Known} AS next_version ON {SameKey("next_version", "tgt", _key)} AND next_version.{_names.Version} = tgt.{_names.Version} + 1
                GROUP BY {Inline("tgt", _key)}
            ),
            following AS (
                SELECT {Columns("src", _key)},
                       src.effective_at AS happens_at,
                       src.effective_at AS changed_at,
                       {Lines([.. _attributes.Select(ValueOfSuccessor), .. _plan.PreviousNames.Select(name => Column("open_version", name))])},
                       open_version.{surrogateKey} AS stored_key,
                       coalesce(open_version.{_names.Version}, 0) + 1 AS version_number
                FROM {Incoming} AS src
                JOIN alone ON {SameKey("alone", "src", _key)}
                LEFT JOIN histories ON {SameKey("histories", "src", _key)}
                LEFT JOIN {Known} AS open_version ON {SameKey("open_version", "src", _key)} AND open_version.{_names.IsCurrent}
                WHERE histories.is_sound IS NULL
                   OR (histories.is_sound
                       AND NOT open_version.{_names.IsInferred}
                       AND src.effective_at > open_version.{_names.ValidFrom}
                       AND src.effective_at > {ChangedAt("open_version")}
                       AND ({AnyTrue(_type2.Select(attribute => Differs("open_version", "src", attribute)))})
                       {AndOverwritesNothing})
            )
            SELECT src.*,
                   {ValidFrom} AS held_from,
                   CAST(NULL AS {Instant}) AS ends_at,
                   surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, {Inline("src", _key)}) AS given_key
            FROM following AS src
            CROSS JOIN (SELECT last_key FROM {SnowflakeLedgerSql.SurrogateKeys(_names)} WHERE target = $target) AS surrogate_key
            """));
        yield return Statement("count-successors", "Usually nearly all.", Rules.Sql($"""
            SELECT count(*) AS {new Identifier(AllSuccessors)},
                   count(stored_key) AS {new Identifier(SucceededVersions)},
                   count(*) - count(stored_key) AS new_members,
                   count(stored_key) AS new_versions
            FROM {Successors}
            """)) with { Kind = StatementKind.Count };
    }

    /// <summary>Keys go by effective time and natural key, whichever way a version came about.</summary>
    private IEnumerable<SqlStatement> KeyTogether()
    {
        if (!_plan.LetsRowsSucceed)
            yield break;
        yield return Statement("count-keyed-together", "Usually only one kind of versions is new.", Rules.Sql($"""
            SELECT CASE WHEN EXISTS (SELECT 1 FROM {Successors}) THEN count_if(src.stored_key IS NULL) ELSE 0 END AS {new Identifier(KeyedTogether)}
            FROM {Versions} AS src
            """)) with { Kind = StatementKind.Count };
        yield return Statement("order-keys", "One order for all new versions.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("key_order")} AS
            SELECT {Columns("src", _key)},
                   src.version_number,
                   surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, {Inline("src", _key)}) AS given_key
            FROM (
                SELECT {Columns("version", [.. _key, VersionNumber, "happens_at"])}
                FROM {Versions} AS version
                WHERE version.stored_key IS NULL
                UNION ALL
                SELECT {Columns("successor", [.. _key, VersionNumber, "happens_at"])}
                FROM {Successors} AS successor
            ) AS src
            CROSS JOIN (SELECT last_key FROM {SnowflakeLedgerSql.SurrogateKeys(_names)} WHERE target = $target) AS surrogate_key
            """)) with { OnlyIf = KeyedTogether };
        yield return KeyInOrder("key-versions", Versions, Rules.Sql($"AND {Versions}.stored_key IS NULL"));
        yield return KeyInOrder("key-successors", Successors, SqlText.Empty);
    }

    private SqlStatement KeyInOrder(string name, QualifiedName versions, SqlText andNew)
        => Statement(name, "As that order has it.", Rules.Sql($"""
            UPDATE {versions}
            SET given_key = src.given_key
            FROM {KeyOrder} AS src
            WHERE {SameKey(Own(versions), "src", _key)}
              AND {versions}.version_number = src.version_number
              {andNew}
            """)) with { OnlyIf = KeyedTogether };

    private IEnumerable<SqlStatement> TakeSuccessors()
    {
        if (!_plan.LetsRowsSucceed)
            yield break;
        yield return Statement("guard-surrogate-keys", "the table holds surrogate keys that were never given, so that they would be given twice", Rules.Sql($"""
            SELECT tgt.{_plan.Dimension.SurrogateKey}
            FROM {_dimension} AS tgt
            WHERE tgt.{_plan.Dimension.SurrogateKey} > (SELECT last_key FROM {SnowflakeLedgerSql.SurrogateKeys(_names)} WHERE target = $target)
            LIMIT 20
            """)) with { Kind = StatementKind.Guard, OnlyIf = AllSuccessors };
        foreach (SqlStatement statement in RepointToSuccessors())
            yield return statement;
        yield return Statement("end-succeeded-versions", "Open versions that end where the next begins.", Rules.Sql($"""
            UPDATE {_dimension}
            SET {_names.ValidTo} = {WriteEnd(new SqlText("src.held_from"))},
                {_names.IsCurrent} = FALSE,
                {_names.LoadId} = $load_id
            FROM {Successors} AS src
            WHERE {_dimension}.{_plan.Dimension.SurrogateKey} = src.stored_key
            """)) with { OnlyIf = SucceededVersions, WritesTarget = true };
        yield return Statement("insert-successors", "The next versions, keyed in the order of effective time and natural key.", Rules.Sql($"""
            INSERT INTO {_dimension} ({Names(WrittenColumns("src").Select(column => column.Name))})
            SELECT {Lines(WrittenColumns("src").Select(column => column.Value))}
            FROM {Successors} AS src
            """)) with { OnlyIf = AllSuccessors, WritesTarget = true };
        yield return Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
            UPDATE {SnowflakeLedgerSql.SurrogateKeys(_names)}
            SET last_key = last_key + (SELECT count(*) FROM {Successors})
            WHERE target = $target
            """)) with { OnlyIf = AllSuccessors };
    }

    // Facts that came before the version which they were to meet.
    private IEnumerable<SqlStatement> RepointToSuccessors()
    {
        KeyHolder[] holders = [.. HoldersByTime];
        if (holders.Length == 0)
            yield break;
        yield return Statement("find-succeeded-spans", "From when on the next version is met.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("succeeded")} AS
            SELECT src.stored_key AS old_key,
                   src.given_key AS new_key,
                   CAST(src.held_from AS TIMESTAMP_NTZ(6)) AS met_from,
                   TIMESTAMP '9999-12-31' AS met_until
            FROM {Successors} AS src
            WHERE src.stored_key IS NOT NULL
            """)) with { OnlyIf = SucceededVersions };
        yield return ReadEarliestMove(Succeeded) with { OnlyIf = SucceededVersions };
        foreach (SqlStatement statement in holders.SelectMany(holder => RepointByTime(holder, Succeeded)))
            yield return statement with { OnlyIf = SucceededVersions };
    }

    private SqlText AndHasNoSuccessor => _plan.LetsRowsSucceed
        ? Rules.Sql($"AND NOT EXISTS (SELECT 1 FROM {Successors} AS successor WHERE {SameKey("successor", "src", _key)})")
        : SqlText.Empty;

    // Of type 0 the first value counts, whatever comes later.
    private SqlText ValueOfSuccessor(DimensionAttribute attribute)
    {
        Identifier name = attribute.Column.Name;
        return attribute.Type == ScdType.Type0
            ? Rules.Sql($"CASE WHEN open_version.{_plan.Dimension.SurrogateKey} IS NULL THEN src.{name} ELSE open_version.{name} END AS {name}")
            : Column("src", name);
    }

    private SqlText AndOverwritesNothing => _overwritten.Count == 0
        ? SqlText.Empty
        : Rules.Sql($"AND {SqlText.Join("\nAND ", _overwritten.Select(attribute => Rules.Sql($"open_version.{attribute.Column.Name} IS NOT DISTINCT FROM src.{attribute.Column.Name}")))}");

    // A version ends where the next begins or before, and then says something else.
    private SqlText MeetsNext
    {
        get
        {
            SqlText begins = Column("next_version", _names.ValidFrom);
            SqlText differs = AnyTrue(_type2.Select(attribute => Differs("tgt", "next_version", attribute)));
            return Rules.Sql($"tgt.{_names.ValidFrom} < {ReadEnd("tgt")} AND ({ReadEnd("tgt")} < {begins} OR ({ReadEnd("tgt")} = {begins} AND ({differs})))");
        }
    }
}
