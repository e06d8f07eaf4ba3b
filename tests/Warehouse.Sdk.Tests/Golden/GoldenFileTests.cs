namespace Warehouse.Sdk.Tests;

public sealed class GoldenFileTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "true", false)]
    [InlineData("0", null, false)]
    [InlineData("1", null, true)]
    [InlineData("1", "false", true)]
    public void Golden_files_are_rewritten_when_asked_for(string? rewrite, string? ci, bool may) => GoldenFile.MayRewrite(rewrite, ci).Should().Be(may);

    [Fact]
    public void And_never_in_CI()
    {
        Action rewrite = () => GoldenFile.MayRewrite("1", "true");

        rewrite.Should().Throw<Exception>().WithMessage("*golden files are rewritten by people*");
    }
}
