using System.Data;
using System.Globalization;
using System.Numerics;

namespace Warehouse.Sdk.Conformance;

/// <summary>A row with a column of every kind, each of which may be missing.</summary>
public sealed class Everything
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly string[] Names =
    [
        "id", "flag", "small", "whole", "big", "price", "ratio", "level", "word", "letters", "day", "clock", "moment", "instant", "span", "document", "token", "bytes",
        "huge", "tally", "digits",
    ];

    // Texts may hold whatever a file is made of, and the empty text is not NULL.
    private static readonly string[] Quoted = ["word", "letters", "document", "bytes"];

    public static string CsvHeader => string.Join(',', Names);

    public long Id { get; init; }

    public bool? Flag { get; init; }

    public short? Small { get; init; }

    public int? Whole { get; init; }

    public long? Big { get; init; }

    public decimal? Price { get; init; }

    public float? Ratio { get; init; }

    public double? Level { get; init; }

    public string? Word { get; init; }

    public string? Letters { get; init; }

    public DateOnly? Day { get; init; }

    public TimeOnly? Clock { get; init; }

    public DateTime? Moment { get; init; }

    public DateTime? Instant { get; init; }

    public TimeSpan? Span { get; init; }

    /// <summary>Written as PostgreSQL writes JSON back, which DuckDB then does too.</summary>
    public string? Document { get; init; }

    public Guid? Token { get; init; }

    public byte[]? Bytes { get; init; }

    public Numeric? Huge { get; init; }

    public Int128? Tally { get; init; }

    public BigInteger? Digits { get; init; }

    internal WideNumbers WideNumbers => new(Id, Padded(Huge), Tally?.ToString(Invariant), Digits?.ToString(Invariant));

    public static DataTable ToTable(IEnumerable<Everything> rows)
    {
        var table = new DataTable { Locale = Invariant };
        foreach (string name in Names)
        {
            Type type = Property(name).PropertyType;
            table.Columns.Add(name, Nullable.GetUnderlyingType(type) ?? type);
        }

        foreach (Everything row in rows)
            table.Rows.Add([.. Names.Select(name => Property(name).GetValue(row))]);
        return table;
    }

    public string ToCsv() => string.Join(',', Texts().Zip(Names, Field));

    public override string ToString() => string.Join('|', MappedTexts().Select(text => text ?? "NULL"));

    private static System.Reflection.PropertyInfo Property(string name) => typeof(Everything).GetProperty(string.Concat(char.ToUpperInvariant(name[0]), name[1..]))!;

    private static string Field(string? text, string name) => text switch
    {
        null => string.Empty,
        _ when Quoted.Contains(name) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => text,
    };

    private static string? Padded(Numeric? number) => number is { } value ? new Numeric(value.UnscaledAt(38, 10), 10).ToString() : null;

    private string?[] Texts() => [.. MappedTexts(), Huge?.ToString(), Tally?.ToString(Invariant), Digits?.ToString(Invariant)];

    private string?[] MappedTexts() =>
    [
        Id.ToString(Invariant), Flag?.ToString(Invariant), Small?.ToString(Invariant), Whole?.ToString(Invariant), Big?.ToString(Invariant), Price?.ToString("0.0000", Invariant),
        Ratio?.ToString("R", Invariant), Level?.ToString("R", Invariant), Word, Letters?.TrimEnd(' '), Day?.ToString("yyyy-MM-dd", Invariant), Clock?.ToString("HH:mm:ss.ffffff", Invariant),
        Moment?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", Invariant), Instant?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", Invariant), Span?.ToString("c", Invariant), Document, Token?.ToString(),
        Bytes is null ? null : Convert.ToHexString(Bytes),
    ];
}

/// <summary>Numbers of more digits than a mapped .NET type has, as the engine writes them.</summary>
internal sealed record WideNumbers(long Id, string? Huge, string? Tally, string? Digits);
