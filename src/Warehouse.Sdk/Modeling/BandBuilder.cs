namespace Warehouse.Sdk;

/// <summary>Cuts a number into bands. They are half-open, <c>[from, to)</c>, and stand end to end: an overlap or a gap is a problem of the model.</summary>
public sealed class BandBuilder
{
    /// <summary>The label of NULL, unless another is given.</summary>
    public const string DefaultUnknown = "Unknown";

    /// <summary>The label of a number in no band, unless another is given.</summary>
    public const string DefaultOutOfRange = "Out of range";

    private readonly List<Band> _bands = [];

    internal BandBuilder()
    {
    }

    internal string UnknownLabel { get; private set; } = DefaultUnknown;

    internal string OutOfRangeLabel { get; private set; } = DefaultOutOfRange;

    internal IReadOnlyList<Band> Bands => [.. _bands.OrderBy(band => band.From ?? decimal.MinValue).ThenBy(band => band.To ?? decimal.MaxValue)];

    /// <summary>Numbers from one bound on and below another.</summary>
    /// <param name="from">The least number of the band.</param>
    /// <param name="to">The first number above it.</param>
    /// <param name="label">What stands for it.</param>
    public BandBuilder Range(decimal from, decimal to, string label) => Add(new Band(label, from, to));

    /// <summary>All numbers below a bound.</summary>
    /// <param name="to">The first number above the band.</param>
    /// <param name="label">What stands for it.</param>
    public BandBuilder Below(decimal to, string label) => Add(new Band(label, null, to));

    /// <summary>All numbers from a bound on.</summary>
    /// <param name="from">The least number of the band.</param>
    /// <param name="label">What stands for it.</param>
    public BandBuilder From(decimal from, string label) => Add(new Band(label, from, null));

    /// <summary>The label of NULL. The default is <see cref="DefaultUnknown"/>.</summary>
    /// <param name="label">The label.</param>
    public BandBuilder WhenNull(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        UnknownLabel = label;
        return this;
    }

    /// <summary>The label of a number that no band takes, NaN among them. The default is <see cref="DefaultOutOfRange"/>.</summary>
    /// <param name="label">The label.</param>
    public BandBuilder OutOfRange(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        OutOfRangeLabel = label;
        return this;
    }

    private BandBuilder Add(Band band)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(band.Label, "label");
        _bands.Add(band);
        return this;
    }

    internal void Validate(ModelProblems problems, string place)
    {
        IReadOnlyList<Band> bands = Bands;
        problems.Expect(bands.Count > 0, place, "it has no bands; add Range(from, to, label)");
        foreach (Band band in bands.Where(band => band.From >= band.To))
            problems.Add(place, $"the band {band} is empty; a band ends above where it begins");
        foreach (var repeated in bands.Select(band => band.Label).Concat([UnknownLabel, OutOfRangeLabel]).GroupBy(label => label).Where(group => group.Count() > 1))
            problems.Add(place, $"the label '{repeated.Key}' stands for {repeated.Count()} bands; give each its own");
        foreach (var (band, next) in bands.Zip(bands.Skip(1)))
        {
            if (band.To is null || next.From is null || next.From < band.To)
                problems.Add(place, $"the bands {band} and {next} overlap; a number must be in one of them");
            else if (next.From > band.To)
                problems.Add(place, FormattableString.Invariant($"the bands {band} and {next} leave a gap: [{band.To}, {next.From}) is in neither"));
        }
    }
}
