namespace Warehouse.Sdk.Tests;

public sealed class StageRowsTests
{
    [Fact]
    public async Task Options_and_targets_that_cannot_be_are_named_as_the_caller_names_them()
    {
        var stage = new LocalStageClient(Path.Combine(Path.GetTempPath(), $"warehouse-sdk-none-{Guid.NewGuid():N}"));
        using var rows = new System.Data.DataTable().CreateDataReader();

        (await RefuseAsync("t", new() { MaxFileBytes = 0 })).Should().Be("options");
        (await RefuseAsync("t", new() { MaxFileRows = 0 })).Should().Be("options");
        (await RefuseAsync("t", new() { FilesInFlight = 0 })).Should().Be("options");
        (await RefuseAsync("t", new() { LoadId = "a/b" })).Should().Be("options");
        (await RefuseAsync("a/b", new())).Should().Be("target");

        async Task<string?> RefuseAsync(string target, StageWriteOptions options)
            => (await Assert.ThrowsAnyAsync<ArgumentException>(() => stage.StageRowsAsync(target, rows, options))).ParamName;
    }
}
