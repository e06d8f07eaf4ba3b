namespace Warehouse.Sdk.Conformance;

internal sealed record ProfiledCustomer(int CustomerId, string? City, decimal? Income, string? Segment, DateTime? ChangedAt, string? Op = null, long Lsn = 0);

internal sealed record ProfiledPayment(int PaymentId, int? CustomerId, DateTime PaidAt, decimal Amount);

/// <summary>Customers whose income and segment change often, and what they pay: a dimension with a mini-dimension, and a fact with both keys.</summary>
internal sealed class ProfiledShop
{
    public ProfiledShop(
        bool currentKey = true,
        Action<DimensionBuilder<ProfiledCustomer>>? customers = null,
        UnknownMember whenUnknown = UnknownMember.UseUnknown,
        Func<ModelConventions, ModelConventions>? conventions = null)
    {
        Model = DimensionalModel.Create("shop", model =>
        {
            model.Conventions(names => (conventions?.Invoke(names) ?? names) with { DecimalType = ColumnType.Decimal(10, 2) });
            Profile = model.MiniDimension<ProfiledCustomer>("dim_customer_profile", profile => profile
                .Band(customer => customer.Income, "income_band", bands => bands.Range(0, 50_000, "0-50k").Range(50_000, 100_000, "50-100k"))
                .Attribute(customer => customer.Segment));
            Customer = model.Dimension<ProfiledCustomer>("dim_customer", dimension =>
            {
                dimension.NaturalKey(customer => customer.CustomerId)
                    .Type2(customer => customer.City)
                    .MiniDimension(Profile, currentKey)
                    .EffectiveFrom(customer => customer.ChangedAt)
                    .Ignore(customer => new { customer.Op, customer.Lsn });
                customers?.Invoke(dimension);
            });
            Payment = model.Fact<ProfiledPayment>("fact_payment", fact => fact
                .Grain("one payment", payment => payment.PaymentId)
                .Dimension(Customer, payment => payment.CustomerId, asOf: payment => payment.PaidAt, whenUnknown: whenUnknown)
                .MiniDimension(Profile)
                .Measure(payment => payment.Amount));
        });
    }

    /// <summary>Which combination each member had when.</summary>
    public const string Assignments = """
        SELECT history.customer_id, profile.income_band, profile.segment, history.valid_from, history.valid_to
        FROM business.dim_customer_profile_assignment AS history
        JOIN business.dim_customer_profile AS profile ON profile.customer_profile_key = history.customer_profile_key
        ORDER BY history.customer_id, history.valid_from
        """;

    /// <summary>The members with the combination that each of their versions leads to.</summary>
    public const string Customers = """
        SELECT customer.customer_id, customer.city, customer.valid_from, customer.valid_to, profile.income_band, profile.segment
        FROM business.dim_customer AS customer
        JOIN business.dim_customer_profile AS profile ON profile.customer_profile_key = customer.current_customer_profile_key
        WHERE customer.customer_key > 0
        ORDER BY customer.customer_id, customer.valid_from
        """;

    /// <summary>The facts with what both of their keys lead to.</summary>
    public const string Payments = """
        SELECT payment.payment_id, customer.city, profile.income_band, profile.segment
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        JOIN business.dim_customer_profile AS profile ON profile.customer_profile_key = payment.customer_profile_key
        ORDER BY payment.payment_id
        """;

    public const string Profiles = "SELECT customer_profile_key, income_band, segment FROM business.dim_customer_profile ORDER BY customer_profile_key";

    public DimensionalModel Model { get; }

    public MiniDimension<ProfiledCustomer> Profile { get; private set; } = null!;

    public Dimension<ProfiledCustomer> Customer { get; private set; } = null!;

    public Fact<ProfiledPayment> Payment { get; private set; } = null!;

    public static ProfiledCustomer Is(int customer, string? city, decimal? income, string? segment, double since, string? op = null, long lsn = 0)
        => new(customer, city, income, segment, Shop.Day(since), op, lsn);

    public static ProfiledPayment Pays(int payment, double day, int? customer = 1) => new(payment, customer, Shop.Day(day), 1);

    public static async Task ExpectSoundAsync(IWarehouse warehouse)
    {
        VerifyReport report = await warehouse.VerifyAsync();
        report.IsSound.Should().BeTrue(report.ToString());
    }
}
