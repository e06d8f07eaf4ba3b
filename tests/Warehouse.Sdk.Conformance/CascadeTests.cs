using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// A dimension that follows another one: accounts hold the key of their customer's version. One query says what was true of an account at each instant at
/// which it or its customer changed; the merge makes versions of what really differs.
/// </summary>
public abstract class CascadeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string AccountsOverTime = """
        SELECT account.account_id, account.branch, coalesce(customer.customer_key, -1) AS customer_key, instant.changed_at
        FROM (
            SELECT account_id, changed_at FROM enterprise.account
            UNION
            SELECT account.account_id, customer.valid_from
            FROM enterprise.account AS account
            JOIN business.dim_customer AS customer ON customer.customer_id = account.customer_id AND customer.valid_from > account.changed_at
        ) AS instant
        JOIN enterprise.account AS account ON account.account_id = instant.account_id
            AND account.changed_at = (SELECT max(known.changed_at) FROM enterprise.account AS known WHERE known.account_id = instant.account_id AND known.changed_at <= instant.changed_at)
        LEFT JOIN business.dim_customer AS customer ON customer.customer_id = account.customer_id
            AND customer.valid_from <= instant.changed_at AND (customer.valid_to IS NULL OR instant.changed_at < customer.valid_to)
        """;

    private const string Versions = """
        SELECT account.account_id, account.branch, customer.city, account.valid_from, account.valid_to, account.version
        FROM business.dim_account AS account
        JOIN business.dim_customer AS customer ON customer.customer_key = account.customer_key
        WHERE account.account_key > 0
        ORDER BY account.account_id, account.valid_from
        """;

    [Fact]
    public async Task G01_F75_A_change_of_the_customer_gives_the_account_a_version_and_facts_reach_the_customer_of_their_time()
    {
        Bank bank = new();
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await LoadAsync(warehouse, bank, [new(1, "Ann", "Aarhus", Day(1))], [new(7, "North", 1, Day(2))]);

        LoadReport report = await LoadAsync(warehouse, bank, [new(1, "Ann", "Odense", Day(10))], []);
        await warehouse.LoadAsync(bank.Payment, [new(1, 7, Day(9), 10), new(2, 7, Day(10), 20)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await warehouse.ExpectAsync(Versions, """
            account_id | branch | city   | valid_from | valid_to   | version
            7          | North  | Aarhus | 2024-01-02 | 2024-01-10 | 1
            7          | North  | Odense | 2024-01-10 | NULL       | 2
            """);
        await warehouse.ExpectAsync("""
            SELECT payment.payment_id, customer.city
            FROM business.fact_payment AS payment
            JOIN business.dim_account AS account ON account.account_key = payment.account_key
            JOIN business.dim_customer AS customer ON customer.customer_key = account.customer_key
            ORDER BY payment.payment_id
            """, "payment_id | city\n1 | Aarhus\n2 | Odense");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task G03_An_overwrite_of_the_customer_gives_the_account_no_version()
    {
        Bank bank = new();
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await LoadAsync(warehouse, bank, [new(1, "Ann", "Aarhus", Day(1))], [new(7, "North", 1, Day(2))]);

        LoadReport report = await LoadAsync(warehouse, bank, [new(1, "Anne", "Aarhus", Day(10))], []);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(Versions, "account_id | branch | city | valid_from | valid_to | version\n7 | North | Aarhus | 2024-01-02 | NULL | 1");
    }

    [Fact]
    public async Task G04_A_change_of_both_at_one_instant_gives_the_account_one_version()
    {
        Bank bank = new();
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await LoadAsync(warehouse, bank, [new(1, "Ann", "Aarhus", Day(1))], [new(7, "North", 1, Day(2))]);

        LoadReport report = await LoadAsync(warehouse, bank, [new(1, "Ann", "Odense", Day(10))], [new(7, "South", 1, Day(10))]);

        report.Counts.NewVersions.Should().Be(1);
        await warehouse.ExpectAsync(Versions, """
            account_id | branch | city   | valid_from | valid_to   | version
            7          | North  | Aarhus | 2024-01-02 | 2024-01-10 | 1
            7          | South  | Odense | 2024-01-10 | NULL       | 2
            """);
    }

    [Fact]
    public async Task G05_An_account_that_came_before_its_customer_meets_it_later_without_another_version()
    {
        Bank bank = new();
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await LoadAsync(warehouse, bank, [], [new(7, "North", 1, Day(5))]);
        await warehouse.ExpectAsync(Versions, "account_id | branch | city | valid_from | valid_to | version\n7 | North | Unknown | 2024-01-05 | NULL | 1");

        await LoadAsync(warehouse, bank, [new(1, "Ann", "Aarhus", Day(1))], []);

        await warehouse.ExpectAsync(Versions, "account_id | branch | city | valid_from | valid_to | version\n7 | North | Aarhus | 2024-01-05 | NULL | 1");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
        (await LoadAsync(warehouse, bank, [new(1, "Ann", "Aarhus", Day(1))], [])).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    private static async Task<LoadReport> LoadAsync(IWarehouse warehouse, Bank bank, CustomerRow[] customers, AccountRow[] accounts)
    {
        await warehouse.LoadAsync(bank.Customer, customers);
        await warehouse.LoadAsync(bank.Accounts, accounts);
        return await warehouse.LoadAsync(bank.Account, Source.Query(AccountsOverTime));
    }

    private sealed record CustomerRow(int CustomerId, string Name, string City, DateTime ChangedAt);

    private sealed record AccountRow(int AccountId, string Branch, int CustomerId, DateTime ChangedAt);

    private sealed record AccountVersion(int AccountId, string? Branch, long CustomerKey, DateTime ChangedAt);

    private sealed record PaidRow(int PaymentId, int AccountId, DateTime PaidAt, decimal Amount);

    private sealed class Bank
    {
        public Bank() => Model = DimensionalModel.Create("bank", model =>
        {
            Customer = model.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type1(row => row.Name).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            Accounts = model.Enterprise<AccountRow>("account", t => t.Key(row => row.AccountId, row => row.ChangedAt));
            // Keys only grow: of two answers for one instant the later one has the greater key, and that of nobody is the least.
            Account = model.Dimension<AccountVersion>("dim_account", d => d
                .NaturalKey(row => row.AccountId)
                .Type2(row => row.Branch, row => row.CustomerKey)
                .EffectiveFrom(row => row.ChangedAt)
                .Sequence(row => row.CustomerKey)
                .LateEvents(LateEvents.Reconcile));
            Payment = model.Fact<PaidRow>("fact_payment", f => f
                .Grain("one payment", row => row.PaymentId)
                .Dimension(Account, row => row.AccountId, asOf: row => row.PaidAt)
                .Measure(row => row.Amount));
        });

        public DimensionalModel Model { get; }

        public Dimension<CustomerRow> Customer { get; private set; } = null!;

        public ZoneTable<AccountRow> Accounts { get; private set; } = null!;

        public Dimension<AccountVersion> Account { get; private set; } = null!;

        public Fact<PaidRow> Payment { get; private set; } = null!;
    }
}
