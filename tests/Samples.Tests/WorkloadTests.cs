using Warehouse.Sdk.Workload;

namespace Samples.Tests;

/// <summary>The benchmark's workload at its smallest: the end state is as the manifest says, and an end state that is not is found.</summary>
public abstract class WorkloadTests<TEngine>
    where TEngine : SampleEngine, new()
{
    private static readonly WorkloadOptions Small = new(Scale: 1, Days: 3);

    [Fact]
    public async Task The_end_state_is_as_the_manifest_says_and_an_end_state_that_was_tampered_with_is_found()
    {
        await using var engine = new TEngine();
        var model = new ParcelModel(Small);
        await using IWarehouse warehouse = await (await engine.TargetAsync()).OpenAsync(DimensionalModel.Create(model), CancellationToken.None);
        var manifest = Manifest.Of(Small);
        var run = new WorkloadRun(warehouse, model, Small);
        List<WorkloadDay> days = [];
        for (int day = 0; day <= Small.Days; day++)
            days.Add(await run.LoadAsync(day));
        var audit = new WorkloadAudit(warehouse, manifest);

        Difference.Draw(await audit.RunAsync(days)).Should().Be(Difference.Draw([]));

        ClientVersion[] versions = [.. new ExpectedState(Small).Versions(1, long.MaxValue)];
        ClientVersion deleted = versions.First(version => version is { Version: 2, IsCurrent: false }), moved = versions.Last(version => version is { Version: 2, IsCurrent: true });
        await TamperAsync(warehouse, $"DELETE FROM business.dim_client WHERE client_id = {deleted.ClientId} AND version = 2");
        await TamperAsync(warehouse, $"UPDATE business.dim_client SET valid_from = valid_from + INTERVAL '1' second WHERE client_id = {moved.ClientId} AND version = 2");
        await TamperAsync(warehouse, "UPDATE business.fact_parcel SET client_key = (SELECT min(client_key) FROM business.dim_client WHERE client_id = 7) WHERE parcel_id = (SELECT min(f.parcel_id) FROM business.fact_parcel AS f JOIN business.dim_client AS c ON c.client_key = f.client_key WHERE c.client_id = 8)");
        await TamperAsync(warehouse, $"DELETE FROM warehouse.reject WHERE load_id = {days[0].Parcels.LoadId} AND line = (SELECT min(line) FROM warehouse.reject WHERE load_id = {days[0].Parcels.LoadId})");

        IReadOnlyList<Difference> found = await audit.RunAsync(days);

        string[] what = [.. found.Select(difference => difference.What)];
        what.Should().Contain(["totals", $"client {deleted.ClientId}, version 2", $"client {moved.ClientId}, version 2"]).And.NotContain([$"client {deleted.ClientId}, version 1", $"client {moved.ClientId}, version 1"]);
        found.Should().Contain(difference => difference.What.StartsWith("parcel ") && difference.Expected.Contains("ClientId = 8,") && difference.Found.Contains("ClientId = 7,"));
        what.Should().ContainSingle(name => name.StartsWith("rejected row of business.fact_parcel, day 0, "));
    }

    private static async Task TamperAsync(IWarehouse warehouse, string sql) => await warehouse.QueryAsync<int>(sql);
}

/// <summary>The workload itself, without an engine.</summary>
public sealed class WorkloadGeneratorTests
{
    private static readonly WorkloadOptions Small = new(Scale: 1, Days: 5);

    [Fact]
    public void One_seed_gives_one_manifest_and_the_same_rows_and_another_seed_others()
    {
        string first = Manifest.Of(Small).ToString();

        Manifest.Of(Small).ToString().Should().Be(first);
        Manifest.Of(Small with { Seed = 2 }).ToString().Should().NotBe(first);
        new Clients(Small).Rows(3).Should().Equal(new Clients(Small).Rows(3));
        new Parcels(Small).Rows(0).Should().Equal(new Parcels(Small).Rows(0));
        new Parcels(Small with { Seed = 2 }).Rows(0).Should().NotEqual(new Parcels(Small).Rows(0));
    }

    [Fact]
    public void Every_kind_of_row_comes_and_what_is_counted_of_a_batch_is_what_is_in_it()
    {
        var manifest = Manifest.Of(Small);

        manifest.Days.SelectMany(day => day.ClientEvents.Keys).Distinct().Should().BeEquivalentTo(Enum.GetNames<ClientEventKind>());
        manifest.Days.SelectMany(day => day.ParcelEvents.Keys).Distinct().Should().BeEquivalentTo(Enum.GetNames<ParcelEventKind>());
        manifest.Days.Sum(day => day.Clients.Duplicates).Should().BePositive();
        manifest.Days.Sum(day => day.Clients.Resolved).Should().BePositive();
        manifest.Days.Sum(day => day.Parcels.Duplicates).Should().BePositive();
        manifest.End.Inferred.Should().BePositive();
        manifest.End.WithoutDepot.Should().BePositive();
        manifest.End.WithoutClient.Should().BePositive();
        manifest.End.Current.Should().BeLessThan(manifest.End.Clients, "some were deleted");
        for (int day = 0; day <= Small.Days; day++)
        {
            manifest.Days[day].Clients.Read.Should().Be(new Clients(Small).Rows(day).Count());
            manifest.Days[day].Parcels.Read.Should().Be(new Parcels(Small).Rows(day).Count());
        }
    }

    [Fact]
    public void Rows_of_a_later_day_do_not_depend_on_how_many_days_there_are()
        => new Parcels(Small with { Days = 9 }).Rows(2).Should().Equal(new Parcels(Small).Rows(2));
}
