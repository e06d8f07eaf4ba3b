namespace DvdStore.Generation;

/// <summary>SplitMix64: unlike <see cref="Random"/>, its sequence is ours and cannot change with a runtime.</summary>
internal sealed class SeededRandom(int seed, int stream)
{
    private ulong _state = ((ulong)(uint)seed << 32) | (uint)stream;

    /// <summary>A number from 0 to <paramref name="exclusiveMax"/> - 1.</summary>
    public int Next(int exclusiveMax) => (int)(((Mix() >> 32) * (ulong)exclusiveMax) >> 32);

    public int Between(int min, int max) => min + Next(max - min + 1);

    public bool Chance(int permille) => Next(1000) < permille;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    private ulong Mix()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
