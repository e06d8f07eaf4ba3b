using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>How rows find the keys of their members.</summary>
internal sealed partial class SnowflakeFactSql
{
    private const int Met = 0, BeforeFirst = 1, InGapOfMember = 2, NoMember = 3;

    /// <summary>
    /// The versions of a member stand end to end in time, so a row meets one at most, whatever the history looks like. The first version is met
    /// from the beginning of time on, and a gap meets the last version before it. Only members that the batch names are looked at.
    /// </summary>
    private IEnumerable<SqlStatement> TakeVersions()
    {
        foreach (var (link, number) in _plan.Versioned)
        {
            Dimension dimension = link.Dimension;
            ModelConventions names = dimension.Conventions;
            Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
            SqlText ends = names.Intervals == IntervalStyle.ClosedByDay ? Rules.Sql($"CAST(member.{names.ValidTo} AS TIMESTAMP_NTZ(6)) + INTERVAL '1 day'") : Rules.Sql($"CAST(member.{names.ValidTo} AS TIMESTAMP_NTZ(6))");
            yield return Statement("take-versions", $"The versions of every {link.Role} that the batch names, and when each is met.", Rules.Sql($"""
                CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{Versions(number).Name} AS
                SELECT {Columns("member", key)},
                       {Lines(link.Keys.Select(given => Rules.Sql($"member.{given.MemberKey} AS {Held(link, given.KeyColumn)}")))},
                       CAST(member.{names.ValidFrom} AS TIMESTAMP_NTZ(6)) AS begins_at,
                       CASE WHEN member.{names.IsCurrent} THEN TIMESTAMP '9999-12-31' ELSE coalesce({ends}, TIMESTAMP '9999-12-31') END AS ends_at,
                       CASE WHEN member.{names.Version} = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member.{names.ValidFrom} AS TIMESTAMP_NTZ(6)) END AS met_from,
                       coalesce(lead(CAST(member.{names.ValidFrom} AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY {Inline("member", key)} ORDER BY member.{names.ValidFrom}, member.{names.Version}), TIMESTAMP '9999-12-31') AS met_until
                FROM {dimension.HistoryTable} AS member
                WHERE member.{dimension.SurrogateKey} > 0
                  AND EXISTS (SELECT 1 FROM {_incoming} AS src WHERE {SameMember(link)})
                """));
            yield return Statement("guard-overlapping-versions", $"versions of one member of {dimension.Name} overlap, so that a fact would have two of them; VerifyAsync lists them all", Rules.Sql($"""
                SELECT DISTINCT {Columns("member", key)}
                FROM {Versions(number)} AS member
                WHERE member.ends_at > member.met_until
                ORDER BY {Inline("member", key)}
                LIMIT 20
                """)) with { Kind = StatementKind.Guard };
        }
    }

    private SqlStatement ResolveKeys()
    {
        IEnumerable<SqlText> keys =
        [
            .. _plan.Dates.Select(date => Rules.Sql($"coalesce({Alias(date)}.{date.Dimension.Key}, {WithoutDay(date)}) AS {date.KeyColumn}")),
            .. from link in _plan.Dimensions
               from key in link.Keys
               select Rules.Sql($"{KeyOf(link, key)} AS {key.KeyColumn}"),
            .. CombinationKeys,
        ];
        SqlText joins = SqlText.Join("\n", [.. _plan.Dates.Select(DateLookup), .. _plan.Dimensions.Select(MemberLookup), .. CombinationLookups]);
        return Statement("resolve-keys", _plan.Dimensions.Count > 0 ? "Each row meets one version of each member: the one valid at the row's own time." : "The rows as the table stores them.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("resolved")} AS
            SELECT {Lines([.. keys, .. _plan.Columns.Select(column => Rules.Sql($"CAST(src.{column.Name} AS {Type(column.Type)}) AS {column.Name}")), .. _plan.Ratios.Select(RatioOf), .. LineOfBatch, .. _plan.Versioned.Select(Outcome)])}
            FROM {_incoming} AS src
            {joins}
            """));
    }

    // Of the values as they are stored.
    private SqlText RatioOf(MeasureRatio ratio)
    {
        SqlText Stored(Identifier name) => Rules.Sql($"CAST(src.{name} AS {Type(_plan.Columns.First(column => column.Name == name).Type)})");
        return Quotient(ratio, Stored(ratio.Numerator), Stored(ratio.Denominator));
    }

    private static SqlText Quotient(MeasureRatio ratio, SqlText numerator, SqlText denominator)
    {
        SqlText quotient = Rules.Sql($"CAST({numerator} AS DOUBLE) / nullif(CAST({denominator} AS DOUBLE), 0)");
        return ratio.WhenZero == ZeroDenominator.Zero
            ? Rules.Sql($"CASE WHEN {denominator} = 0 AND {numerator} IS NOT NULL THEN 0 ELSE {quotient} END AS {ratio.Column.Name}")
            : Rules.Sql($"{quotient} AS {ratio.Column.Name}");
    }

    private IEnumerable<SqlText> LineOfBatch => _plan.Growth.IsByLine
        ? [Rules.Sql($"CAST($source_batch AS VARCHAR) AS {FactColumns.SourceBatch}"), Rules.Sql($"src.{FactColumns.SourceLine}")]
        : [];

    private static SqlText KeyOf(DimensionLink link, (Identifier KeyColumn, Identifier MemberKey) key)
    {
        if (link.AsOf is not { } asOf)
            return Rules.Sql($"coalesce({Alias(link)}.{key.MemberKey}, {DefaultMember.Unknown.Key})");
        SqlText time = Rules.Sql($"CAST(src.{asOf.Name} AS TIMESTAMP_NTZ(6))");
        SqlText early = link.BeforeFirst == BeforeFirstVersion.Unknown ? Rules.Sql($"WHEN {time} < {Alias(link)}.begins_at THEN {DefaultMember.Unknown.Key} ") : SqlText.Empty;
        SqlText gone = link.InGap == InGap.Unknown ? Rules.Sql($"WHEN {time} >= {Alias(link)}.ends_at THEN {DefaultMember.Unknown.Key} ") : SqlText.Empty;
        SqlText met = Rules.Sql($"coalesce({Alias(link)}.{Held(link, key.KeyColumn)}, {DefaultMember.Unknown.Key})");
        return early.IsEmpty && gone.IsEmpty ? met : Rules.Sql($"CASE {early}{gone}ELSE {met} END");
    }

    // The version's own key, or the durable key of its member.
    private static Identifier Held(DimensionLink link, Identifier keyColumn) => keyColumn == link.DurableKeyColumn ? "member_durable_key" : "member_key";

    private static SqlText Outcome((DimensionLink Link, int Number) numbered)
    {
        SqlText time = Rules.Sql($"CAST(src.{numbered.Link.AsOf!.Name} AS TIMESTAMP_NTZ(6))");
        Identifier alias = Alias(numbered.Link);
        return Rules.Sql($"CASE WHEN {alias}.member_key IS NULL THEN {NoMember} WHEN {time} < {alias}.begins_at THEN {BeforeFirst} WHEN {time} >= {alias}.ends_at THEN {InGapOfMember} ELSE {Met} END AS {WorkingColumns.LinkOutcome(numbered.Number)}");
    }

    private static SqlText WithoutDay(DateLink date) => date.WhenNull == DefaultMember.Unknown
        ? Rules.Sql($"{DefaultMember.Unknown.Key}")
        : Rules.Sql($"CASE WHEN src.{date.Source.Name} IS NULL THEN {date.WhenNull.Key} ELSE {DefaultMember.Unknown.Key} END");

    private static SqlText DateLookup(DateLink date)
        => Rules.Sql($"LEFT JOIN {date.Dimension.Name} AS {Alias(date)} ON {Alias(date)}.{date.Dimension.Date} = CAST(src.{date.Source.Name} AS DATE)");

    // By comparisons only, so that the join stays a hash join.
    private SqlText MemberLookup(DimensionLink link, int index)
    {
        Dimension dimension = link.Dimension;
        ModelConventions names = dimension.Conventions;
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        Identifier[] memberKeys = [.. link.Keys.Select(key => key.MemberKey)];
        SqlText sameKey = SnowflakeEquality.SameMember(dimension, name => Rules.Sql($"{Alias(link)}.{name}"), link.Key.Select(source => Column("src", source.Name)));
        return link.AsOf is { } asOf
            ? Rules.Sql($"LEFT JOIN {Versions(index + 1)} AS {Alias(link)} ON {sameKey} AND CAST(src.{asOf.Name} AS TIMESTAMP_NTZ(6)) >= {Alias(link)}.met_from AND CAST(src.{asOf.Name} AS TIMESTAMP_NTZ(6)) < {Alias(link)}.met_until")
            : Rules.Sql($"""
                LEFT JOIN (
                    SELECT {Names(naturalKey)}, {SqlText.Join(", ", memberKeys.Select(key => Rules.Sql($"max_by({key}, {names.Version}) AS {key}")))}
                    FROM {dimension.HistoryTable}
                    WHERE {dimension.SurrogateKey} > 0
                    GROUP BY {Names(naturalKey)}
                ) AS {Alias(link)} ON {sameKey}
                """);
    }

    private static QualifiedName Versions(int number) => Temp(FormattableString.Invariant($"versions_{number}"));

    private static Identifier Alias(DateLink date) => date.Role.Length == 0 ? "on_date" : $"{date.Role}_date";

    private static Identifier Alias(DimensionLink link) => link.Role;

    private IEnumerable<SqlStatement> RejectWithoutVersion()
    {
        foreach (var (link, number) in _plan.Versioned)
        {
            Identifier outcome = WorkingColumns.LinkOutcome(number);
            SqlText column = Constant(link.AsOf!.Name.Value);
            SqlText early = link.BeforeFirst == BeforeFirstVersion.Reject ? Rules.Sql($"src.{outcome} = {BeforeFirst}") : SqlText.Empty;
            SqlText gone = link.InGap == InGap.Reject ? Rules.Sql($"src.{outcome} = {InGapOfMember}") : SqlText.Empty;
            if (!early.IsEmpty)
                yield return RejectResolved("reject-before-first-version", $"Rows older than their {link.Role}.", early, column, $"older than the first version of its {link.Role}");
            if (!gone.IsEmpty)
                yield return RejectResolved("reject-in-gap", $"Rows from a time at which their {link.Role} was gone.", gone, column, $"from a time at which its {link.Role} was gone");
            if (SqlText.Join(" OR ", [early, gone]) is { IsEmpty: false } either)
            {
                yield return Statement("leave-rows-without-version", "They take no further part.", Rules.Sql($"""
                    DELETE FROM {Resolved}
                    USING (
                        SELECT {Inline("src", RowKey)}
                        FROM {Resolved} AS src
                        WHERE {either}
                    ) AS gone
                    WHERE {SameKey(Own(Resolved), "gone", RowKey)}
                    """)) with { OnlyIf = Counters.Rejected };
            }
        }
    }

    private IEnumerable<SqlStatement> CountUnknownMembers()
    {
        SqlText Counted(string prefix, string role, SqlText condition) => Rules.Sql($"count_if({condition}) AS {new Identifier(prefix + role)}");
        SqlText[] counts =
        [
            .. _plan.Dates.Select(date => Counted(Counters.UnknownPrefix, Alias(date).Value, Rules.Sql($"{date.KeyColumn} = {DefaultMember.Unknown.Key}"))),
            .. _plan.Dimensions.Select(link => Counted(Counters.UnknownPrefix, link.Role, Rules.Sql($"{link.KeyColumn} = {DefaultMember.Unknown.Key}"))),
            .. _plan.MiniDimensions.Select(link => Counted(Counters.UnknownPrefix, link.KeyColumn.Value, Rules.Sql($"{link.KeyColumn} = {DefaultMember.Unknown.Key}"))),
            .. _plan.Versioned.Select(numbered => Counted(Counters.BeforeFirstPrefix, numbered.Link.Role, Rules.Sql($"{WorkingColumns.LinkOutcome(numbered.Number)} = {BeforeFirst}"))),
            .. _plan.Versioned.Select(numbered => Counted(Counters.InGapPrefix, numbered.Link.Role, Rules.Sql($"{WorkingColumns.LinkOutcome(numbered.Number)} = {InGapOfMember}"))),
        ];
        if (counts.Length > 0)
        {
            yield return Statement("count-unknown-members", "Rows that met no member or no version of their own time, per link.", Rules.Sql($"""
                SELECT {Lines(counts)}
                FROM {Resolved}
                """)) with { Kind = StatementKind.Count };
        }
    }
}
