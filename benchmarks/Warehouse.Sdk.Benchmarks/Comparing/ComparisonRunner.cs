namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>Runs both sides of a comparison in turn, in one process, and lets a figure count only when both left the same behind.</summary>
internal sealed class ComparisonRunner(int rows, int rounds)
{
    public async Task<ComparisonResult> RunAsync(IComparison comparison)
    {
        await comparison.PrepareAsync(rows);
        List<Measurement> ours = [], theirs = [];
        // The first round warms up: code is compiled and files are in memory after it.
        for (int round = 0; round <= rounds; round++)
        {
            (Measurement our, string ourDigest) = await MeasureAsync(comparison, comparison.RunOursAsync);
            (Measurement their, string theirDigest) = await MeasureAsync(comparison, comparison.RunTheirsAsync);
            if (ourDigest != theirDigest)
                throw new InvalidOperationException($"{comparison.Name}: the two sides did not leave the same behind. Ours: {ourDigest}. Theirs: {theirDigest}.");
            if (round == 0)
                continue;
            ours.Add(our);
            theirs.Add(their);
        }

        return new ComparisonResult(comparison, rows, ours, theirs);
    }

    private static async Task<(Measurement Measurement, string Digest)> MeasureAsync(IComparison comparison, Func<Task> run)
    {
        await comparison.ResetAsync();
        Measurement measurement = await Measurement.OfAsync(run);
        return (measurement, await comparison.DigestAsync());
    }
}
