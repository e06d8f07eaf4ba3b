using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SuiteTests
{
    [Fact]
    public void All_suites_are_derived()
    {
        SuiteCheck.Suites.Should().NotBeEmpty();
        SuiteCheck.MissingFrom(typeof(SuiteTests).Assembly).Should().BeEmpty("every engine answers every suite");
    }
}
