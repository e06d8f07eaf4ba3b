using System.Globalization;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// A moment of a table's own past, as Snowflake's Time Travel keeps it: how the rows stood in the table then. That is another time than the one of
/// <see cref="Dimension.AsOfFunction"/>, which says what was true of the members at an instant, as the warehouse knows it today.
/// </summary>
public sealed record TimePoint
{
    private readonly SqlText _text;

    private TimePoint(SqlText text, string inWords) => (_text, InWords) = (text, inWords);

    /// <summary>At an instant: everything that was committed by then. To the microsecond.</summary>
    /// <param name="instant">Not in the future, and no longer ago than the table's retention.</param>
    public static TimePoint At(DateTimeOffset instant)
    {
        DateTimeOffset utc = instant.ToUniversalTime();
        // A constant, cast explicitly, is what the engine asks for.
        return new TimePoint(
            Rules.Sql($"AT(TIMESTAMP => {Constant(utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture))}::TIMESTAMP_TZ)"),
            $"at {utc.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)} UTC");
    }

    /// <summary>Right after a statement: with what it changed.</summary>
    /// <param name="queryId">Snowflake's id of the statement, from its query history; at most 14 days old.</param>
    public static TimePoint AtStatement(string queryId) => new(Rules.Sql($"AT(STATEMENT => {Constant(Id(queryId))})"), $"at the statement {queryId}");

    /// <summary>Right before a statement: without what it changed, such as a DELETE that should not have been.</summary>
    /// <param name="queryId">Snowflake's id of the statement, from its query history; at most 14 days old.</param>
    public static TimePoint BeforeStatement(string queryId) => new(Rules.Sql($"BEFORE(STATEMENT => {Constant(Id(queryId))})"), $"before the statement {queryId}");

    internal string InWords { get; }

    internal SqlText Clause => _text;

    /// <summary>The clause that stands behind a table's name.</summary>
    public override string ToString() => _text.ToString();

    private static string Id(string queryId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queryId);
        return Guid.TryParseExact(queryId, "D", out _)
            ? queryId
            : throw new ArgumentException($"'{queryId}' is no id of a statement; those of Snowflake's query history look like 01a2b3c4-0000-1111-0000-222233334444.", nameof(queryId));
    }
}
