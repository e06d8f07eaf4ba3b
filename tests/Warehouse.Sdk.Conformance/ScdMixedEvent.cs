namespace Warehouse.Sdk.Conformance;

/// <summary>A source row with one attribute of each type.</summary>
public sealed record ScdMixedEvent(int Id, string? Origin, string? Email, string? Town, string? Segment, DateTime At, string? Op = null)
{
    public static ScdMixedEvent Of(int id, string? origin, string? email, string? town, string? segment, int day)
        => new(id, origin, email, town, segment, ScdEvent.Day(day));

    public static ScdMixedEvent Gone(int id, int day) => new(id, null, null, null, null, ScdEvent.Day(day), "D");

    public static void Mixed(DimensionBuilder<ScdMixedEvent> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        dimension
            .NaturalKey(e => e.Id)
            .Type0(e => e.Origin)
            .Type1(e => e.Email)
            .Type2(e => e.Town)
            .Type3(e => e.Segment)
            .EffectiveFrom(e => e.At)
            .Operation(e => e.Op);
    }
}
