using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>A row of the random streams. The stream is the first part of the key, so that many streams share a table.</summary>
public sealed record ScdRandomEvent(int Stream, int Id, string? Origin, string? Email, string? Town, string? Segment, DateTime At, string? Op, long? Lsn = null)
{
    public const string Header = "member | origin | email | town | segment | at | op | lsn";

    public bool IsDelete => Op == "D";

    /// <summary>A fact asked for the member before its own rows came; never a row of a batch.</summary>
    public bool IsPlaceholder { get; init; }

    public static ScdRandomEvent Gone(int id, DateTime at, long? lsn = null) => new(0, id, null, null, null, null, at, "D", lsn);

    public static ScdRandomEvent Placeholder(int id, DateTime at) => new(0, id, null, null, null, null, at, null) { IsPlaceholder = true };

    public override string ToString() => string.Join(
        " | ",
        Id.ToString(CultureInfo.InvariantCulture),
        ScdDrawing.Text(Origin),
        ScdDrawing.Text(Email),
        ScdDrawing.Text(Town),
        ScdDrawing.Text(Segment),
        ScdDrawing.Text(At),
        Op ?? "-",
        Lsn?.ToString(CultureInfo.InvariantCulture) ?? "-");
}

/// <summary>The same row with its columns the other way round.</summary>
public sealed record ScdReversedEvent(long? Lsn, string? Op, DateTime At, string? Segment, string? Town, string? Email, string? Origin, int Id, int Stream)
{
    public static ScdReversedEvent Of(ScdRandomEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(e.Lsn, e.Op, e.At, e.Segment, e.Town, e.Email, e.Origin, e.Id, e.Stream);
    }
}
