using System.Globalization;
using System.Text.Json.Nodes;
using DvdStore.Loading;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>The course's rule: find the greatest payment date, delete it, load from it. Four cuts end in the table of one full load.</summary>
public abstract class SakilaCutsTests<TEngine>
    where TEngine : IStoreEngine, new()
{
    [Fact]
    public async Task Four_cuts_end_in_the_same_table_as_one_load()
    {
        await using LoadedStore full = await LoadedStore.LoadAsync<TEngine>(new Delivery(SakilaData.Sakila, null));
        await using LoadedStore cut = await LoadedStore.LoadAsync<TEngine>(new Delivery(SakilaData.Sakila, null));
        await cut.Warehouse.QueryAsync<dynamic>("DELETE FROM business.fact_payment");
        foreach (JsonNode? expected in SakilaData.ExpectedSakila["incremental_fact_payment_cuts"]!.AsArray())
        {
            var until = DateOnly.ParseExact((string)expected!["load_up_to"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            await cut.Warehouse.LoadAsync(cut.Model.Payment, UpTo(until));
            (await cut.ValueAsync<long>("SELECT count(*) FROM business.fact_payment")).Should().Be((long)expected["cumulative_rows"]!);
            (await cut.ValueAsync<decimal>("SELECT sum(amount) FROM business.fact_payment")).Should().Be(decimal.Parse((string)expected["cumulative_amount"]!, CultureInfo.InvariantCulture));
            (await cut.ValueAsync<DateTime>("SELECT max(paid_at) FROM business.fact_payment")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).Should().Be((string)expected["max_date_after_load"]!);

            LoadReport again = await cut.Warehouse.LoadAsync(cut.Model.Payment, UpTo(until));
            again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        }

        (await RowsAsync(cut)).Should().Be(await RowsAsync(full));
    }

    private static LoadSource UpTo(DateOnly until)
        => Source.Query($"SELECT * FROM ({StarQueries.Payment}) AS payment WHERE CAST(paid_at AS DATE) <= $until", new Dictionary<string, object?> { ["until"] = until });

    private static Task<string> RowsAsync(LoadedStore store)
    {
        string columns = string.Join(", ", store.Model.Payment.Schema.Columns.Select(column => column.Name.Value).Where(name => name != "load_id"));
        return store.Warehouse.DrawAsync($"SELECT {columns} FROM business.fact_payment ORDER BY payment_id");
    }
}
