namespace Samples;

/// <summary>What the command line of a small sample asks for.</summary>
/// <param name="Data">A folder of real files; generated ones without it.</param>
/// <param name="Target">The warehouse.</param>
/// <param name="Help">Whether only the options are asked for.</param>
public sealed record SampleArguments(string? Data, SampleTarget Target, bool Help)
{
    public const string Options = """
          --data FOLDER    loads the files in FOLDER instead of generated ones
          --target TARGET  the warehouse: duckdb:FILE, or postgres:CONNECTION, a connection string to a database that is there, such as
                           "postgres:Host=localhost;Database=shop;Username=me"; or snowflake-emulator[:FILE]
        """;

    /// <exception cref="ArgumentException">Something cannot be understood; the message says what.</exception>
    public static SampleArguments Parse(IReadOnlyList<string> words, SampleTarget target)
    {
        var arguments = new SampleArguments(null, target, false);
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] is "--help" or "-h")
                return arguments with { Help = true };
            string value = i + 1 < words.Count ? words[i + 1] : throw new ArgumentException($"{words[i]} needs a value.");
            arguments = words[i++] switch
            {
                "--data" when Directory.Exists(value) => arguments with { Data = value },
                "--data" => throw new ArgumentException($"There is no folder '{value}' (looked at {Path.GetFullPath(value)}). Nothing was loaded."),
                "--target" => arguments with { Target = SampleTarget.Parse(value) },
                string word => throw new ArgumentException($"'{word}' is no option."),
            };
        }

        return arguments;
    }
}
