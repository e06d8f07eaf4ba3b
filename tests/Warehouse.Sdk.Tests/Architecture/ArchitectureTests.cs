using System.Reflection;
using System.Xml.Linq;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.S3;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The rules that keep the house tidy.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(IWarehouse).Assembly;
    private static readonly Assembly DuckDb = typeof(DuckDbOptions).Assembly;
    private static readonly Assembly Postgres = typeof(PostgresDialect).Assembly;
    private static readonly Assembly S3 = typeof(S3StageOptions).Assembly;
    private static readonly Assembly Snowflake = typeof(SnowflakeOptions).Assembly;
    private static readonly string[] Drivers = ["DuckDB", "Npgsql", "AWSSDK", "Snowflake", "Microsoft.Data", "MySql", "Oracle", "System.Data.SqlClient"];

    // The few points of extension, and what they stand on.
    private static readonly Type[] Abstract =
    [
        typeof(LoadTarget), typeof(Dimension), typeof(Fact), typeof(Bridge), typeof(CombinationDimension), typeof(ZoneTable), typeof(TableBuilder<,>),
        typeof(LoadSource), typeof(FileFormat), typeof(RowFeed<>), typeof(IdentifierRules),
    ];

    [Fact]
    public void Core_knows_no_driver() => DriversOf(Core).Should().BeEmpty();

    public static TheoryData<string, string> Providers => new() { { DuckDb.GetName().Name!, "DuckDB" }, { Postgres.GetName().Name!, "Npgsql" }, { S3.GetName().Name!, "AWSSDK" } };

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_provider_knows_core_and_one_driver(string provider, string driver)
    {
        Assembly assembly = Assembly.Load(provider);

        DriversOf(assembly).Select(name => name.Split('.')[0]).Distinct().Should().Equal(driver);
        References(assembly).Where(name => name.StartsWith("Warehouse.Sdk", StringComparison.Ordinal)).Should().Equal("Warehouse.Sdk");
    }

    [Theory]
    [InlineData("Warehouse.Sdk", new string[0], new string[0])]
    [InlineData("Warehouse.Sdk.DuckDb", new[] { "DuckDB.NET.Data.Full" }, new[] { "Warehouse.Sdk" })]
    [InlineData("Warehouse.Sdk.Avro", new string[0], new[] { "Warehouse.Sdk" })]
    [InlineData("Warehouse.Sdk.Parquet", new string[0], new[] { "Warehouse.Sdk" })]
    [InlineData("Warehouse.Sdk.Postgres", new[] { "Npgsql" }, new[] { "Warehouse.Sdk" })]
    [InlineData("Warehouse.Sdk.S3", new[] { "AWSSDK.S3" }, new[] { "Warehouse.Sdk" })]
    [InlineData("Warehouse.Sdk.Snowflake", new string[0], new[] { "Warehouse.Sdk" })]
    public void So_do_the_packages(string project, string[] drivers, string[] projects)
    {
        XDocument file = XDocument.Load(Path.Combine(GoldenFile.Folder, "..", "..", "..", "src", project, project + ".csproj"));
        string[] packages = [.. file.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)];

        packages.Where(IsDriver).Should().Equal(drivers);
        file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Should().Equal(projects);
    }

    [Fact]
    public void Public_types_are_closed_but_for_the_points_of_extension()
    {
        IEnumerable<Type> open = PublicTypes().Where(type => type is { IsInterface: false, IsValueType: false, IsSealed: false });

        open.Should().BeEquivalentTo([.. Abstract, typeof(WarehouseException)], "everything else is sealed, static, an interface or a value");
        Abstract.Should().OnlyContain(type => type.IsAbstract);
    }

    [Fact]
    public void Only_the_feed_and_the_rules_of_names_can_be_derived_from_outside()
        => Abstract.Where(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Where(constructor => constructor.GetParameters() is not [{ ParameterType: var copied }] || copied != type)
                .Any(constructor => constructor.IsFamily || constructor.IsFamilyOrAssembly || constructor.IsPublic))
            .Should().BeEquivalentTo([typeof(RowFeed<>), typeof(IdentifierRules)]);

    [Fact]
    public void No_type_is_named_after_nothing()
    {
        string[] empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Processor", "Handler2", "Impl", "Base"];

        PublicTypes().Where(type => empty.Any(word => type.Name.Split('`')[0].EndsWith(word, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Fact]
    public void Public_types_live_where_a_host_or_a_provider_looks_for_them()
        => PublicTypes().Select(type => type.Namespace).Distinct().Should().BeEquivalentTo(
            "Warehouse.Sdk", "Warehouse.Sdk.Providers", "Warehouse.Sdk.Sql", "Warehouse.Sdk.DuckDb", "Warehouse.Sdk.Postgres", "Warehouse.Sdk.S3", "Warehouse.Sdk.Snowflake", "Microsoft.Extensions.DependencyInjection");

    [Fact]
    public void Every_error_of_ours_is_a_WarehouseException()
        => PublicTypes().Where(typeof(Exception).IsAssignableFrom).Should().OnlyContain(type => typeof(WarehouseException).IsAssignableFrom(type));

    private static IEnumerable<Type> PublicTypes() => new[] { Core, DuckDb, Postgres, S3, Snowflake }.SelectMany(assembly => assembly.GetExportedTypes());

    private static string[] References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];

    private static IEnumerable<string> DriversOf(Assembly assembly) => References(assembly).Where(IsDriver);

    private static bool IsDriver(string name) => Drivers.Any(driver => name.StartsWith(driver, StringComparison.OrdinalIgnoreCase));
}
