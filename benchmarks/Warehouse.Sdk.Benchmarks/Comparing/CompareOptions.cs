using System.Globalization;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>What <c>compare</c> was told.</summary>
internal sealed record CompareOptions
{
    public const string Usage = "compare [--only NAME] [--rows N] [--rounds N] [--json FILE] [--baseline FILE]";

    private const int FewestRounds = 5;

    /// <summary>Comparisons whose name holds it.</summary>
    public string Only { get; private init; } = string.Empty;

    public int Rows { get; private init; } = 1_000_000;

    public int Rounds { get; private init; } = FewestRounds;

    /// <summary>Where the results are written to, beside the lines that are printed.</summary>
    public string? Json { get; private init; }

    /// <summary>Results of before, which no ratio may fall short of.</summary>
    public string? Baseline { get; private init; }

    /// <returns>Null when the arguments are wrong.</returns>
    public static CompareOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new CompareOptions();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            if (value.Length == 0)
                return null;
            switch (arguments[i])
            {
                case "--only":
                    options = options with { Only = value };
                    break;
                case "--rows" when isNumber:
                    options = options with { Rows = number };
                    break;
                case "--rounds" when isNumber:
                    options = options with { Rounds = Math.Max(FewestRounds, number) };
                    break;
                case "--json":
                    options = options with { Json = value };
                    break;
                case "--baseline":
                    options = options with { Baseline = value };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
