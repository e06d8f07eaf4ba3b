using Warehouse.Sdk.Benchmarks.Comparing;
using Warehouse.Sdk.Benchmarks.Readme;

namespace Warehouse.Sdk.Tests;

public sealed class ReadmeFiguresTests
{
    private const string Empty = $"before\n{ReadmeFigures.Begin}\nold\n{ReadmeFigures.End}\nafter\n";

    [Fact]
    public async Task The_readme_has_the_figures_of_the_committed_results()
    {
        string root = Path.Combine(GoldenFile.Folder, "..", "..", "..");
        string readme = (await File.ReadAllTextAsync(Path.Combine(root, "README.md"), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        string expected = ReadmeFigures.Put(readme, await ReadmeFigures.ReadAsync(Path.Combine(root, "benchmarks", "results")));
        readme.Should().Be(expected, "what the results say is written by: dotnet run -c Release --project benchmarks/Warehouse.Sdk.Benchmarks -- readme");
    }

    [Fact]
    public void A_bar_that_is_missed_is_said_to_be_missed()
    {
        ComparisonFile file = FileOf(EntryOf("b-met", ratio: 1.5, bar: 1.5), EntryOf("a-missed", ratio: 0.5564, bar: 0.667), EntryOf("c-shown", ratio: 3, bar: null)) with { Packages = new Dictionary<string, string> { ["Npgsql"] = "10.0.3" } };
        ReadmeFigures.Put(Empty, [[file]]).Should().Be($"""
            before
            {ReadmeFigures.Begin}

            2 cores, .NET, Npgsql 10.0.3:

            | comparison | the SDK; the other side | engine | rows | times as fast | least - most | bar | |
            | --- | --- | --- | ---: | ---: | --- | ---: | --- |
            | `a-missed` | Ours \| piped; theirs. | DuckDB | 1,000 | 0.56 | 0.50 - 9.00 | 0.667 | **missed** |
            | `b-met` | Ours \| piped; theirs. | DuckDB | 1,000 | 1.50 | 0.50 - 9.00 | 1.5 | met |
            | `c-shown` | Ours \| piped; theirs. | DuckDB | 1,000 | 3.00 | 0.50 - 9.00 | none |  |

            {ReadmeFigures.End}
            after

            """);
    }

    [Fact]
    public void Figures_that_are_written_again_are_the_same()
    {
        string once = ReadmeFigures.Put(Empty, [[FileOf(EntryOf("a", 2, 1))]]);
        ReadmeFigures.Put(once, [[FileOf(EntryOf("a", 2, 1))]]).Should().Be(once);
    }

    [Fact]
    public void One_comparison_in_two_files_of_a_machine_is_refused()
    {
        Action put = () => ReadmeFigures.Put(Empty, [[FileOf(EntryOf("a", 2, 1)), FileOf(EntryOf("a", 3, 1))]]);
        put.Should().Throw<InvalidDataException>().WithMessage("a is in the results of one machine twice; keep the file that counts.");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(ReadmeFigures.Begin)]
    [InlineData(ReadmeFigures.End + ReadmeFigures.Begin)]
    [InlineData(ReadmeFigures.Begin + ReadmeFigures.End + ReadmeFigures.End)]
    public void A_readme_without_its_two_comments_is_refused(string readme)
    {
        Action put = () => ReadmeFigures.Put(readme, []);
        put.Should().Throw<InvalidDataException>().WithMessage("The README needs the line*");
    }

    private static ComparisonFile FileOf(params ComparisonFile.Entry[] entries) => new() { Machine = "2 cores", Runtime = ".NET", Rows = 1000, Rounds = 5, Comparisons = entries };

    private static ComparisonFile.Entry EntryOf(string name, double ratio, double? bar) => new(name, "Ours | piped; theirs.", "DuckDB", 1, 2, ratio, 0.5, 9, bar, 0, 0);
}
