namespace Warehouse.Sdk.Workload;

/// <summary>
/// Chance without state: a number that follows from the seed, what is drawn and for whom. Any part of the workload can so be made again, by itself,
/// without what came before it, which is why nothing is held.
/// </summary>
internal readonly record struct Draw(long Seed)
{
    /// <summary>0 or more and less than <paramref name="below"/>.</summary>
    public long Of(What what, long who, long when, long below) => (long)(Bits(what, who, when) % (ulong)below);

    // The finalizer of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014) over each part in turn.
    private ulong Bits(What what, long who, long when)
        => Mix(Mix(Mix(Mix((ulong)Seed) + (ulong)what) + (ulong)who) + (ulong)when);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

internal enum What
{
    ClientEvent,
    ClientHistory,
    City,
    Tier,
    Email,
    Time,
    DaysLate,
    Parcel,
    ParcelDay,
    ParcelAgain,
    Client,
    Depot,
    Grams,
    Price,
}
