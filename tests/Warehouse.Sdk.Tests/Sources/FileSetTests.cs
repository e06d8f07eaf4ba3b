namespace Warehouse.Sdk.Tests;

public sealed class FileSetTests
{
    [Theory]
    [InlineData("in/")]
    [InlineData("in/**/*.csv")]
    public async Task The_prefix_that_the_ledger_is_asked_for_begins_the_path_of_every_file(string pattern)
    {
        string folder = Directory.CreateTempSubdirectory("warehouse-sdk-set-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "in", "below"));
        await File.WriteAllTextAsync(Path.Combine(folder, "in", "a.csv"), "id\n1\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "in", "below", "b.csv"), "id\n2\n");
        var files = new PlainFiles(Path.Combine(folder, pattern), isLiteral: false);

        List<string> listed = [];
        await foreach (SourceFile file in files.ListAsync(null!, CancellationToken.None))
            listed.Add(file.Path);

        Directory.Delete(folder, recursive: true);
        listed.Should().Equal(Path.Combine(folder, "in", "a.csv"), Path.Combine(folder, "in", "below", "b.csv"));
        // On Windows paths have another separator than patterns.
        listed.Should().OnlyContain(path => path.StartsWith(files.Prefix, StringComparison.Ordinal));
        files.Prefix.Should().Be(Path.Combine(folder, "in") + Path.DirectorySeparatorChar);
    }
}
