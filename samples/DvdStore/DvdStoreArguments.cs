using System.Globalization;
using DvdStore.Loading;
using Samples;

namespace DvdStore;

/// <summary>What the command line asks for.</summary>
internal sealed record DvdStoreArguments
{
    public const string Usage = """
        Loads a DVD rental store into a warehouse, from exported files to a star.

          dotnet run --project samples/DvdStore -- [options]

          --days N              days of exports to generate (60)
          --scale N             generates a store N times as large (1)
          --data FOLDER[@DATE]  loads real files instead; repeatable, in order; DATE (yyyy-MM-dd) is the day from which they are true
          --target TARGET       the warehouse: duckdb:FILE (duckdb:dvdstore.duckdb), or postgres:CONNECTION, a connection string to a database
                                that is there, such as "postgres:Host=localhost;Database=dvdstore;Username=me"; or snowflake-emulator[:FILE], which
                                keeps what Snowflake would be told in a DuckDB file (snowflake.duckdb)
          --json FILE           writes the answers as JSON
        """;

    public int Days { get; init; } = 60;

    public int Scale { get; init; } = 1;

    public IReadOnlyList<Delivery> Data { get; init; } = [];

    public SampleTarget Target { get; init; } = new DuckDbTarget("dvdstore.duckdb");

    public string? Json { get; init; }

    public bool Help { get; init; }

    /// <exception cref="ArgumentException">Something cannot be understood; the message says what.</exception>
    public static DvdStoreArguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new DvdStoreArguments();
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] is "--help" or "-h")
                return arguments with { Help = true };
            string value = i + 1 < words.Count ? words[i + 1] : throw new ArgumentException($"{words[i]} needs a value.");
            arguments = words[i] switch
            {
                "--days" => arguments with { Days = Number(words[i], value) },
                "--scale" => arguments with { Scale = Number(words[i], value) },
                "--data" => arguments with { Data = [.. arguments.Data, Delivery.Parse(value)] },
                "--target" => arguments with { Target = SampleTarget.Parse(value) },
                "--json" => arguments with { Json = value },
                _ => throw new ArgumentException($"'{words[i]}' is no option."),
            };
            i++;
        }

        return arguments;
    }

    private static int Number(string option, string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"{option} is a whole number above zero; '{value}' was given.");
}
