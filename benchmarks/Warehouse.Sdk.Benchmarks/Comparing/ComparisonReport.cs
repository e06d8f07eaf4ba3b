using System.Runtime.InteropServices;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>Prints the machine and a line per comparison.</summary>
internal sealed class ComparisonReport(TextWriter output)
{
    public void Begin(int rows, int rounds)
    {
        output.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}; {rows} rows, {rounds} rounds after one to warm up."));
        output.WriteLine("Median (least-most). Ratio: theirs / ours, round by round; processor time is that of this process, engines elsewhere not included.");
        output.WriteLine("name | engine | ours s | theirs s | ratio | bar | met | cpu ratio | ours B/row | theirs B/row");
    }

    public void Add(ComparisonResult result)
    {
        string bar = result.Comparison.Bar is { } least ? FormattableString.Invariant($"{least:0.00}") : "none";
        string met = result.IsMet switch
        {
            true => "yes",
            false => "NO",
            null => "-",
        };
        output.WriteLine(FormattableString.Invariant($"{result.Comparison.Name} | {result.Comparison.Engine} | {result.OurSeconds} | {result.TheirSeconds} | {result.Ratio} | {bar} | {met} | {result.CpuRatio} | {result.OurBytesPerRow:0.0} | {result.TheirBytesPerRow:0.0}"));
        output.WriteLine($"    {result.Comparison.Description}");
    }

    public void TellSlower(ComparisonResult result, double before)
        => output.WriteLine(FormattableString.Invariant($"{result.Comparison.Name} | slower than before: ratio {result.Ratio.Median:0.000}, baseline {before:0.000}"));

    public void Fail(IComparison comparison, Exception error) => output.WriteLine($"{comparison.Name} | failed: {error.Message}");
}
