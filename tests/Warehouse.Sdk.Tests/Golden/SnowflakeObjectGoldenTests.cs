using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of what only Snowflake has: physical options of tables, and objects that are no tables.</summary>
public sealed class SnowflakeObjectGoldenTests
{
    [Fact]
    public void Tables_are_created_with_their_options()
    {
        DimensionalModel model = Kept(p => p.ClusterBy("city", "id").Retention(7).Tag("cost_center", "bi").Tag("governance.Owner", "it's me"));

        Expect("deploy_physical_options", SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [.. model.Schemas], MissingColumns = [] }));
    }

    [Fact]
    public void Changed_options_are_altered()
    {
        DimensionalModel model = Kept(p => p.ClusterBy("city").Retention(30).Tag("governance.cost_center", "bi"));
        IReadOnlyList<TableSchema> tables = [.. model.Schemas];
        SqlStatement read = SnowflakeDialect.Instance.ReadOptions(model, tables)!;
        IReadOnlyList<OptionChange> changes = SnowflakeDialect.Instance.CompareOptions(tables,
        [
            Row("dim_place", "cluster_by", "LINEAR(ID, \"CITY\")"),
            Row("dim_place", "retention", "1"),
            Row("place", "transient", "YES"),
            Row("place", "retention", "0"),
            Row("dim_place", "tag governance.cost_center", "sales"),
            Row("dim_place", "tag governance.owner", "me", isNoted: true),
        ]);

        SqlScript script = SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [], MissingColumns = [], ChangedOptions = changes });
        Expect("deploy_changed_options", script with { Statements = [read, .. script.Statements] });
    }

    [Fact]
    public void Options_that_the_model_no_longer_has_are_taken_off()
    {
        DimensionalModel model = Kept(null);
        IReadOnlyList<OptionChange> changes = SnowflakeDialect.Instance.CompareOptions([.. model.Schemas],
        [
            Row("dim_place", "cluster_by", "LINEAR(id)"),
            Row("dim_place", "retention", "7"),
            Row("dim_place", "cluster_by", "id", isNoted: true),
            Row("dim_place", "retention", "7", isNoted: true),
            Row("dim_place", "tag governance.owner", "me", isNoted: true),
        ]);

        Expect("deploy_options_gone", SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [], MissingColumns = [], ChangedOptions = changes }));
    }

    private static void Expect(string name, SqlScript script) => GoldenFile.Expect("snowflake_objects", name, script.ToString());

    private static Dictionary<string, object?> Row(string table, string option, string value, bool isNoted = false)
        => new() { ["schema_name"] = "business", ["table_name"] = table, ["option_name"] = option, ["option_value"] = value, ["is_noted"] = isNoted };

    private static DimensionalModel Kept(Func<PhysicalBuilder, PhysicalBuilder>? options) => DimensionalModel.Create("kept", model =>
    {
        model.Dimension<Place>("dim_place", d =>
        {
            d.NaturalKey(row => row.Id).Type1(row => row.City);
            if (options is not null)
                d.Physical(p => options(p));
        });
        if (options is not null)
            model.Landing<Place>("place", t => t.Physical(p => p.Transient().Retention(0)));
    });

    private sealed record Place(int Id, string City);
}
