namespace DvdStore.Generation;

/// <summary>What all parts of one generation share.</summary>
internal sealed class StoreRun(StoreOptions options)
{
    public int Scale { get; } = options.Scale;

    public StoreSchedule Schedule { get; } = new(options);

    public StoreState State { get; } = new();

    public InjectedFacts Facts { get; } = new();

    /// <summary>A stream of its own for each part: more customers must not mean other films.</summary>
    public SeededRandom Random(RandomStream stream) => new(options.Seed, (int)stream);
}

internal enum RandomStream
{
    People = 1,
    Films,
    Reference,
    CustomerChanges,
    FilmChanges,
    Rentals,
    Payments,
}
