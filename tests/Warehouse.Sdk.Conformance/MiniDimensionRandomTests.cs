using System.Globalization;
using System.Text;
using static Warehouse.Sdk.Conformance.ProfiledShop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Random streams of members and facts, in any order and in any batches, against the rule in plain C#.</summary>
public abstract class MiniDimensionRandomTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [InlineData(1, LateEvents.Reconcile)]
    [InlineData(2, LateEvents.Reconcile)]
    [InlineData(4, LateEvents.Split)]
    public async Task Every_fact_has_the_combination_that_its_member_had_at_its_time(int seed, LateEvents lateEvents)
    {
        var random = new Random(seed);
        ProfiledCustomer[] events = [.. Enumerable.Range(1, 30).SelectMany(customer => Events(random, customer, lateEvents))];
        ProfiledPayment[] facts = [.. Enumerable.Range(1, 200).Select(payment => Pays(payment, 1 + random.Next(50) / 2.0, random.Next(1, 36)))];
        string expected = Expected(events, facts);

        List<string> tables = [];
        for (int run = 0; run < 2; run++)
        {
            var shop = new ProfiledShop(customers: d => d.Operation(c => c.Op).LateEvents(lateEvents), whenUnknown: UnknownMember.InferMember);
            await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
            // Split forgets what confirmed a version, so it says the same for events in order only.
            ProfiledCustomer[] delivered = [.. lateEvents == LateEvents.Reconcile ? events.OrderBy(_ => random.Next()) : events.OrderBy(row => row.ChangedAt)];
            ProfiledPayment[] paid = [.. facts.OrderBy(_ => random.Next())];
            int batches = 3 + run;
            for (int batch = 0; batch < batches; batch++)
            {
                await warehouse.LoadAsync(shop.Payment, Slice(paid, batch, batches));
                LoadReport report = await warehouse.LoadAsync(shop.Customer, Slice(delivered, batch, batches));
                report.Counts.IsConserved.Should().BeTrue(report.Counts.ToString());
            }

            (await DrawAsync(warehouse)).Should().Be(expected);
            tables.Add(await warehouse.DrawAsync(Assignments) + await warehouse.DrawAsync("SELECT income_band, segment FROM business.dim_customer_profile ORDER BY 1, 2"));
            await ExpectSoundAsync(warehouse);
            string before = await warehouse.OfTablesAsync();
            (await warehouse.LoadAsync(shop.Customer, delivered)).Outcome.Should().Be(LoadOutcome.NothingChanged);
            (await warehouse.OfTablesAsync()).Should().Be(before);
        }

        tables[1].Should().Be(tables[0], "order and batches decide nothing");
    }

    private static T[] Slice<T>(T[] rows, int batch, int batches) => rows[(rows.Length * batch / batches)..(rows.Length * (batch + 1) / batches)];

    private static IEnumerable<ProfiledCustomer> Events(Random random, int customer, LateEvents lateEvents)
    {
        string?[] cities = ["Ribe", "Vejle", null];
        string?[] segments = ["a", "b", null];
        decimal?[] incomes = [-1, 10, 49_999.99m, 50_000, 99_999, 100_000, null];
        // A delete that comes before the member's first row is remembered only where events are.
        IEnumerable<double> drawn = Enumerable.Range(1, 50).OrderBy(_ => random.Next()).Take(random.Next(1, 9)).Select(half => 1 + half / 2.0);
        double[] times = [.. lateEvents == LateEvents.Reconcile ? drawn : drawn.Order()];
        return times.Select((day, index) => index > 0 && random.Next(6) == 0
            ? Is(customer, null, null, null, day, "D")
            : Is(customer, cities[random.Next(3)], incomes[random.Next(7)], segments[random.Next(3)], day, "U"));
    }

    private static string Expected(ProfiledCustomer[] events, ProfiledPayment[] facts)
    {
        var text = new StringBuilder();
        foreach (ProfiledPayment fact in facts.OrderBy(fact => fact.PaymentId))
        {
            ProfiledCustomer[] history = [.. events.Where(row => row.CustomerId == fact.CustomerId && row.Op != "D").OrderBy(row => row.ChangedAt)];
            ProfiledCustomer? then = history.LastOrDefault(row => row.ChangedAt <= fact.PaidAt) ?? history.FirstOrDefault();
            text.AppendLine(CultureInfo.InvariantCulture, $"{fact.PaymentId}: {then?.City}, {Band(then)}, {then?.Segment ?? "Unknown"}");
        }

        foreach (int customer in events.Select(row => row.CustomerId).Concat(facts.Select(fact => fact.CustomerId!.Value)).Distinct().Order())
        {
            ProfiledCustomer? latest = events.Where(row => row.CustomerId == customer && row.Op != "D").MaxBy(row => row.ChangedAt);
            text.AppendLine(CultureInfo.InvariantCulture, $"customer {customer}: {Band(latest)}, {latest?.Segment ?? "Unknown"}");
        }

        return text.ToString();
    }

    private static string Band(ProfiledCustomer? row) => row?.Income switch
    {
        null => "Unknown",
        < 0 or >= 100_000 => "Out of range",
        < 50_000 => "0-50k",
        _ => "50-100k",
    };

    private static async Task<string> DrawAsync(IWarehouse warehouse)
    {
        var text = new StringBuilder();
        foreach (var fact in await warehouse.QueryAsync<FactLine>(Payments))
            text.AppendLine(CultureInfo.InvariantCulture, $"{fact.PaymentId}: {fact.City}, {fact.IncomeBand}, {fact.Segment}");
        foreach (var member in await warehouse.QueryAsync<MemberLine>($"SELECT DISTINCT customer_id, income_band, segment FROM ({Customers}) AS members ORDER BY customer_id, income_band, segment"))
            text.AppendLine(CultureInfo.InvariantCulture, $"customer {member.CustomerId}: {member.IncomeBand}, {member.Segment}");
        return text.ToString();
    }

    private sealed class FactLine
    {
        public int PaymentId { get; set; }

        public string? City { get; set; }

        public string IncomeBand { get; set; } = string.Empty;

        public string Segment { get; set; } = string.Empty;
    }

    private sealed class MemberLine
    {
        public int CustomerId { get; set; }

        public string IncomeBand { get; set; } = string.Empty;

        public string Segment { get; set; } = string.Empty;
    }
}
