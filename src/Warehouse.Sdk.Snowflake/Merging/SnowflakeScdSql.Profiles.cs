using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Mini-dimensions. Which combination a member has when is a history like any other, so the same batch is merged into it by the same statements.
/// What either history cannot take in is rejected for both: the histories of combinations are asked first, then the dimension is merged, then they are.
/// </summary>
internal sealed partial class SnowflakeScdSql
{
    private static readonly QualifiedName MergedMembers = Temp("merged_members");

    /// <summary>The rows of the batch that this history reads. It stands before the table of that name that all loads have.</summary>
    private QualifiedName Staged { get; init; } = SnowflakeSql.Staged;

    private static QualifiedName Profiled(int number) => Temp(FormattableString.Invariant($"profiled_{number + 1}"));

    private static SnowflakeScdSql HistoryOf(ProfilePlan profile, int number) => new(profile.Merge) { Staged = Profiled(number) };

    private static IEnumerable<SqlStatement> Within(ProfilePlan profile, IEnumerable<SqlStatement> statements)
        => statements.Select(statement => statement with { Within = profile.Profile.Assignment.Name.ToString() });

    private IEnumerable<SqlStatement> CheckProfiles()
    {
        if (_plan.Profiles.Count == 0)
            yield break;
        yield return Statement("read-last-key", "Members with a key up to here may have facts.", Rules.Sql($"""
            SELECT last_key AS keys_before
            FROM {SnowflakeLedgerSql.SurrogateKeys(_names)}
            WHERE target = $target
            """)) with { Kind = StatementKind.Bind };
        foreach (var (number, profile) in _plan.Profiles.Index())
        {
            SnowflakeScdSql history = HistoryOf(profile, number);
            SqlText isLive = _definition.Operation is null ? IsComplete : Rules.Sql($"{IsComplete} AND NOT {IsDelete}");
            foreach (SqlStatement statement in SnowflakeCombinationSql.Insert(profile.Profile.Combination, Staged, Rules.Sql($"WHERE {isLive}")))
                yield return statement;
            yield return FindCombinations(profile.Profile, number);
            SqlStatement[] check = [.. Within(profile, [.. history.TakeIn(), .. history.RejectRows()])];
            foreach (SqlStatement statement in check)
                yield return statement;
            foreach (SqlStatement statement in LeaveRejectedRows(Staged, Counters.Duplicates))
                yield return statement;
        }
    }

    private IEnumerable<SqlStatement> MergeProfiles(IReadOnlyList<SqlStatement> merge)
    {
        if (_plan.Profiles.Count == 0)
            yield break;
        if (_definition.CurrentKeys.Any())
        {
            yield return Statement("keep-touched-members", "New versions of theirs have no current combination yet.", Rules.Sql($"""
                CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("merged_members")} AS
                SELECT * FROM {Touched}
                """));
        }

        foreach (var (number, profile) in _plan.Profiles.Index())
        {
            SnowflakeScdSql history = HistoryOf(profile, number);
            foreach (SqlStatement statement in LeaveRejectedRows(Profiled(number), copiesCounted: null))
                yield return statement;
            SqlStatement[] merged = [.. Within(profile, history.MergeBatch())];
            SqlStatement[] effects = [.. FollowProfile(profile)];
            foreach (SqlStatement statement in merged.Concat(effects))
                yield return statement;
        }
    }

    private SqlStatement FindCombinations(ProfileHistory profile, int number)
    {
        IEnumerable<Identifier> columns =
        [
            StagePlan.SourceLine,
            .. _key,
            .. new[] { _definition.EffectiveFrom?.Name, _definition.Operation?.Name, _plan.Sequence }.OfType<Identifier>(),
            .. profile.Combination.Parts.Select(part => part.Source.Name),
        ];
        SqlText key = Rules.Sql($"combination.{profile.Key}");
        if (_definition.Operation is not null)
            key = Rules.Sql($"CASE WHEN NOT {IsDelete} THEN {key} END");
        return Statement("find-combinations", $"The combination of {profile.Mini.Name} that each row gives its member.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{Profiled(number).Name} AS
            SELECT {Columns("src", columns.Distinct())},
                   {key} AS {profile.Key}
            FROM {Staged} AS src
            {SnowflakeCombinationSql.Lookup(profile.Combination, "combination")}
            WHERE {IsComplete}
            """));
    }

    // Of several copies the reject table has one.
    private IEnumerable<SqlStatement> LeaveRejectedRows(QualifiedName rows, string? copiesCounted)
    {
        SqlText sameTime = _definition.EffectiveFrom is { } effective ? Rules.Sql($"AND rejected.{effective.Name} = src.{effective.Name}") : SqlText.Empty;
        SqlText isRejected = Rules.Sql($"EXISTS (SELECT 1 FROM {SnowflakeLedgerSql.Rejects(_names)} AS kept WHERE kept.load_id = $load_id AND kept.line = src.{StagePlan.SourceLine})");
        yield return Statement("leave-copies-of-rejected-rows", "What one history cannot take in, no other takes in either.", Rules.Sql($"""
            DELETE FROM {rows}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {rows} AS src
                WHERE NOT {isRejected}
                  AND EXISTS (
                      SELECT 1
                      FROM {rows} AS rejected
                      JOIN {SnowflakeLedgerSql.Rejects(_names)} AS kept ON kept.load_id = $load_id AND kept.line = rejected.{StagePlan.SourceLine}
                      WHERE {SameKey("rejected", "src", _key)}
                        {sameTime}
                  )
            ) AS gone
            WHERE {rows}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { Counter = copiesCounted, OnlyIf = Counters.Rejected };
        yield return Statement("leave-rejected-rows", "They are kept in the reject table.", Rules.Sql($"""
            DELETE FROM {rows}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {rows} AS src
                WHERE {isRejected}
            ) AS gone
            WHERE {rows}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { OnlyIf = Counters.Rejected };
    }
}
