namespace Warehouse.Sdk.Conformance;

/// <summary>A source row with one attribute of every type that shares the versioned table.</summary>
public sealed record ScdAllTypesEvent(int Id, string? Origin, string? Email, string? Town, string? Segment, string? Region, DateTime At, string? Op = null)
{
    public static ScdAllTypesEvent Of(int id, string? origin, string? email, string? town, string? segment, string? region, int day)
        => new(id, origin, email, town, segment, region, ScdEvent.Day(day));

    public static ScdAllTypesEvent Gone(int id, int day) => new(id, null, null, null, null, null, ScdEvent.Day(day), "D");

    /// <summary>Types 0, 1, 2, 3 and 6, a durable key, and why each version is there.</summary>
    public static void Define(DimensionBuilder<ScdAllTypesEvent> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        dimension
            .NaturalKey(e => e.Id)
            .Type0(e => e.Origin)
            .Type1(e => e.Email)
            .Type2(e => e.Town)
            .Type3(e => e.Segment)
            .Type6(e => e.Region)
            .DurableKey()
            .RecordChangeReason()
            .EffectiveFrom(e => e.At)
            .Operation(e => e.Op);
    }
}
