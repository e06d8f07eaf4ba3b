using System.Globalization;
using CsCheck;

namespace Warehouse.Sdk.Conformance;

/// <summary>What a case should have led to, and what it led to.</summary>
internal sealed record Difference(string Expected, string Actual);

/// <summary>
/// A property of random cases that are tried many at once, side by side in one warehouse: a load costs the same for one and for hundreds. A case
/// that differs is made simpler as long as it differs, again many candidates at once, and printed with the seed that draws it again.
/// </summary>
/// <typeparam name="TCase">A case; drawn from one seed.</typeparam>
internal sealed record SideBySide<TCase>
    where TCase : class
{
    private const int DrawnAgain = 300;
    private const int AtOnce = 120;
    private const int MaxRounds = 60;
    private const int MaxFailures = 5;

    /// <summary>What is claimed, as a sentence.</summary>
    public required string Claim { get; init; }

    public required Gen<TCase> Cases { get; init; }

    /// <summary>Tries cases side by side; of each that does not hold, the difference.</summary>
    public required Func<IReadOnlyList<TCase>, Task<IReadOnlyList<Difference?>>> Try { get; init; }

    public required Func<TCase, IEnumerable<TCase>> Simpler { get; init; }

    public required Func<TCase, int> Size { get; init; }

    public required Func<TCase, string> Draw { get; init; }

    /// <summary>
    /// Draws so many cases, the same in every run. With <c>WAREHOUSE_SOAK=n</c> it draws n times as many, others in every run; with
    /// <c>WAREHOUSE_SEED=seed</c> only the one that the seed draws.
    /// </summary>
    public async Task HoldAsync(uint stream, int cases)
    {
        if (Environment.GetEnvironmentVariable("WAREHOUSE_SEED") is { Length: > 0 } seed)
        {
            await TryAsync([PCG.Parse(seed)]);
            return;
        }

        if (!int.TryParse(Environment.GetEnvironmentVariable("WAREHOUSE_SOAK"), CultureInfo.InvariantCulture, out int rounds))
        {
            await TryAsync([.. Enumerable.Range(0, cases).Select(number => new PCG(stream, (ulong)number))]);
            return;
        }

        for (int round = 0; round < rounds; round++)
            await TryAsync([.. Enumerable.Range(0, cases).Select(_ => new PCG(stream, (ulong)Random.Shared.NextInt64()))]);
    }

    private async Task TryAsync(IReadOnlyList<PCG> seeds)
    {
        Drawn[] drawn = [.. seeds.Select(seed => DrawOne(seed, null)!)];
        IReadOnlyList<Difference?> differences = await TryOrBisectAsync([.. drawn.Select(one => one.Case)]);
        Drawn? smallest = drawn.Where((_, index) => differences[index] is not null).MinBy(one => Size(one.Case));
        if (smallest is null)
            return;
        Difference first = differences.Where((_, index) => ReferenceEquals(drawn[index], smallest)).Single()!;
        smallest = await DrawSmallerAsync(smallest);
        TCase simplest = await SimplifyAsync(smallest.Case);
        Difference? alone = (await TryOrBisectAsync([simplest]))[0];
        alone ??= first with { Actual = $"{first.Actual}\n(among others only; alone in its warehouse it holds)" };
        Assert.Fail(
            $"{Claim}\nAt least {differences.Count(difference => difference is not null)} of {drawn.Length} cases differ. The simplest found:\n{Draw(simplest)}\nExpected:\n{alone.Expected}\nActual:\n{alone.Actual}\n"
            + $"It was simplified from this one, which WAREHOUSE_SEED={smallest.Seed} draws again:\n{Draw(smallest.Case)}");
    }

    // As CsCheck shrinks: by drawing anew, and giving up whatever grows greater than the smallest that failed.
    private async Task<Drawn> DrawSmallerAsync(Drawn smallest)
    {
        Drawn[] smaller = [.. Enumerable.Range(0, DrawnAgain).Select(number => DrawOne(new PCG(77, (ulong)number), smallest.CsCheckSize)).OfType<Drawn>().Where(one => Size(one.Case) < Size(smallest.Case))];
        if (smaller.Length == 0)
            return smallest;
        IReadOnlyList<Difference?> differences = await TryOrBisectAsync([.. smaller.Select(one => one.Case)]);
        return smaller.Where((_, index) => differences[index] is not null).MinBy(one => Size(one.Case)) ?? smallest;
    }

    private async Task<TCase> SimplifyAsync(TCase simplest)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            TCase[] candidates = [.. Simpler(simplest).Where(candidate => Size(candidate) < Size(simplest)).Take(AtOnce)];
            IReadOnlyList<Difference?> differences = await TryOrBisectAsync(candidates);
            TCase? simpler = candidates.Where((_, index) => differences[index] is not null).MinBy(Size);
            if (simpler is null)
                break;
            simplest = simpler;
        }

        return simplest;
    }

    private Drawn? DrawOne(PCG seed, Size? smallerThan)
    {
        string text = seed.ToString();
        TCase drawn = Cases.Generate(seed, smallerThan, out Size size);
        return smallerThan is not null && !CsCheck.Size.IsLessThan(size, smallerThan) ? null : new Drawn(text, drawn, size);
    }

    private async Task<IReadOnlyList<Difference?>> TryOrBisectAsync(TCase[] cases)
    {
        int failures = 0;
        return await BisectAsync(cases);

        // A load fails for all that are in it; the halves tell for whom. A few are enough.
        async Task<IReadOnlyList<Difference?>> BisectAsync(TCase[] some)
        {
            if (some.Length == 0 || failures >= MaxFailures)
                return new Difference?[some.Length];
            try
            {
                return await Try(some);
            }
            catch (Exception error) when (some.Length == 1)
            {
                failures++;
                return [new Difference("no failure", $"{error.GetType().Name}: {error.Message}")];
            }
            catch (Exception error)
            {
                int half = some.Length / 2;
                Difference?[] halves = [.. await BisectAsync(some[..half]), .. await BisectAsync(some[half..])];
                // Each half gets through without the other: what fails is that they are together.
                if (failures < MaxFailures && Array.TrueForAll(halves, one => one is null))
                {
                    failures++;
                    Array.Fill(halves, new Difference("no failure", $"{error.GetType().Name}: {error.Message}\n(of {some.Length} cases together)"));
                }

                return halves;
            }
        }
    }

    private sealed record Drawn(string Seed, TCase Case, Size CsCheckSize);
}
