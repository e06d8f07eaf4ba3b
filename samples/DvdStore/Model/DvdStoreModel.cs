using Warehouse.Sdk;

namespace DvdStore.Model;

/// <summary>The whole warehouse: what lands, what is kept clean, and the star.</summary>
internal sealed class DvdStoreModel(DateOnly from, DateOnly to) : IDimensionalModelDefinition
{
    // Older than every fact, so that each finds a version of its customer and film.
    private static readonly DateTime Beginning = new(1900, 1, 1);

    // Payments arrive days late, and films come back days after they were paid for.
    private static readonly TimeSpan PaymentOverlap = TimeSpan.FromDays(10);

    public Dictionary<string, SourceTable> Sources { get; } = [];

    public DateDimension Date { get; private set; } = null!;
    public Dimension<Customer> Customer { get; private set; } = null!;
    public Dimension<Film> Film { get; private set; } = null!;
    public Dimension<Store> Store { get; private set; } = null!;
    public Dimension<Staff> Staff { get; private set; } = null!;
    public Dimension<Actor> Actor { get; private set; } = null!;
    public Dimension<Category> Category { get; private set; } = null!;
    public Dimension<Language> Language { get; private set; } = null!;
    public Dimension<RentalStatus> RentalStatus { get; private set; } = null!;
    public Bridge<FilmActor> FilmActor { get; private set; } = null!;
    public Bridge<FilmCategory> FilmCategory { get; private set; } = null!;
    public Fact<Payment> Payment { get; private set; } = null!;
    public Fact<Rental> Rental { get; private set; } = null!;
    public Fact<InventoryMonthEnd> InventoryMonthEnd { get; private set; } = null!;

    public void Define(DimensionalModelBuilder model)
    {
        model.Named("dvd store").Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
        DefineSources(model);
        DefineDimensions(model);
        DefineFacts(model);
    }

    private void DefineSources(DimensionalModelBuilder model)
    {
        Add<ActorRow>(model, "actor", row => row.ActorId);
        Add<AddressRow>(model, "address", row => row.AddressId);
        Add<CategoryRow>(model, "category", row => row.CategoryId);
        Add<CityRow>(model, "city", row => row.CityId);
        Add<CountryRow>(model, "country", row => row.CountryId);
        Add<CustomerRow>(model, "customer", row => row.CustomerId);
        Add<FilmRow>(model, "film", row => row.FilmId);
        Add<FilmActorRow>(model, "film_actor", row => new { row.FilmId, row.ActorId });
        Add<FilmCategoryRow>(model, "film_category", row => new { row.FilmId, row.CategoryId });
        Add<InventoryRow>(model, "inventory", row => row.InventoryId);
        Add<LanguageRow>(model, "language", row => row.LanguageId);
        Add<PaymentRow>(model, "payment", row => row.PaymentId);
        Add<RentalRow>(model, "rental", row => row.RentalId);
        Add<StaffRow>(model, "staff", row => row.StaffId);
        Add<StoreRow>(model, "store", row => row.StoreId);
    }

    private void Add<TRow>(DimensionalModelBuilder model, string name, System.Linq.Expressions.Expression<Func<TRow, object?>> key)
        => Sources.Add(name, new SourceTable(model.Landing<TRow>(name), model.Enterprise<TRow>(name, table => table.Key(key))));

    private void DefineDimensions(DimensionalModelBuilder model)
    {
        Date = model.DateDimension("dim_date", from, to);
        Customer = model.Dimension<Customer>("dim_customer", d => d
            .NaturalKey(c => c.CustomerId)
            .Type0(c => c.CreateDate)
            .Type1(c => c.FirstName, c => c.LastName, c => c.Email)
            .Type2(c => c.Address, c => c.Address2, c => c.District, c => c.City, c => c.Country, c => c.PostalCode, c => c.Phone, c => c.StoreId, c => c.Active)
            .FirstVersionFrom(Beginning)
            .WhenAbsent(Absent.Expire));
        Film = model.Dimension<Film>("dim_film", d => d
            .NaturalKey(f => f.FilmId)
            .Type0(f => f.ReleaseYear)
            .Type1(f => f.Title, f => f.Description, f => f.Length, f => f.SpecialFeatures, f => f.Language, f => f.OriginalLanguage, f => f.Category)
            .Type2(f => f.RentalRate, f => f.RentalDuration, f => f.ReplacementCost, f => f.Rating)
            .Column(f => f.RentalRate, ColumnType.Decimal(4, 2))
            .Column(f => f.ReplacementCost, ColumnType.Decimal(5, 2))
            .FirstVersionFrom(Beginning)
            .WhenAbsent(Absent.Expire));
        Store = model.Dimension<Store>("dim_store", d => d
            .NaturalKey(s => s.StoreId)
            .Type1(s => s.Address, s => s.City, s => s.Country, s => s.ManagerName)
            .Type3(s => s.ManagerStaffId)
            .FirstVersionFrom(Beginning));
        Staff = model.Dimension<Staff>("dim_staff", d => d
            .NaturalKey(s => s.StaffId)
            .Type1(s => s.FirstName, s => s.LastName, s => s.Email, s => s.Username, s => s.Address)
            .Type2(s => s.StoreId, s => s.Active)
            .FirstVersionFrom(Beginning)
            .WhenAbsent(Absent.Expire));
        Actor = model.Dimension<Actor>("dim_actor", d => d.NaturalKey(a => a.ActorId).Type1(a => a.FirstName, a => a.LastName));
        Category = model.Dimension<Category>("dim_category", d => d.NaturalKey(c => c.CategoryId).Type1(c => c.Name));
        Language = model.Dimension<Language>("dim_language", d => d.NaturalKey(l => l.LanguageId).Type1(l => l.Name));
        RentalStatus = model.Dimension<RentalStatus>("dim_rental_status", d => d
            .NaturalKey(s => s.IsReturned, s => s.IsLate, s => s.IsPaid)
            .Type0(s => s.Description));
        FilmActor = model.Bridge<FilmActor>("bridge_film_actor", b => b.Group(Film, x => x.FilmId).Member(Actor, x => x.ActorId));
        FilmCategory = model.Bridge<FilmCategory>("bridge_film_category", b => b.Group(Film, x => x.FilmId).Member(Category, x => x.CategoryId));
    }

    private void DefineFacts(DimensionalModelBuilder model)
    {
        Payment = model.Fact<Payment>("fact_payment", f => f
            .Grain("one payment", p => p.PaymentId)
            .Degenerate(p => p.RentalId)
            .Date(Date, p => p.PaidAt, role: "payment")
            .Date(Date, p => p.RentedAt, role: "rental")
            .Date(Date, p => p.ReturnedAt, role: "return", whenNull: DefaultMember.NotHappenedYet)
            .Dimension(Customer, p => p.CustomerId, asOf: p => p.PaidAt, whenUnknown: UnknownMember.InferMember)
            .Dimension(Film, p => p.FilmId, asOf: p => p.PaidAt)
            .Dimension(Store, p => p.StoreId)
            .Dimension(Staff, p => p.StaffId, asOf: p => p.PaidAt)
            .Measure(p => p.Amount, Additivity.Additive)
            .Measure(p => p.PaymentCount, Additivity.Additive)
            .FromWatermark(p => p.PaidAt, overlap: PaymentOverlap));
        Rental = model.Fact<Rental>("fact_rental", f => f
            .Grain("one rental, from the counter and back", r => r.RentalId)
            .Kind(FactKind.AccumulatingSnapshot)
            .Degenerate(r => r.InventoryId, r => r.IsReturned, r => r.IsLate, r => r.IsPaid)
            .Date(Date, r => r.RentedAt, role: "rental")
            .Date(Date, r => r.DueAt, role: "due")
            .Date(Date, r => r.ReturnedAt, role: "return", whenNull: DefaultMember.NotHappenedYet)
            .Dimension(Customer, r => r.CustomerId, asOf: r => r.RentedAt, whenUnknown: UnknownMember.InferMember)
            .Dimension(Film, r => r.FilmId, asOf: r => r.RentedAt)
            .Dimension(Store, r => r.StoreId)
            .Dimension(Staff, r => r.StaffId, asOf: r => r.RentedAt)
            .Dimension(RentalStatus, r => new { r.IsReturned, r.IsLate, r.IsPaid })
            .Measure(r => r.RentalCount, Additivity.Additive)
            .Measure(r => r.DaysOut, Additivity.Additive)
            .Measure(r => r.DaysLate, Additivity.Additive)
            .Measure(r => r.AmountPaid, Additivity.Additive)
            .Upsert());
        InventoryMonthEnd = model.Fact<InventoryMonthEnd>("fact_inventory_month_end", f => f
            .Grain("one film in one store at the end of one month", i => i.FilmId, i => i.StoreId, i => i.MonthEnd)
            .Kind(FactKind.PeriodicSnapshot)
            .Date(Date, i => i.MonthEnd, role: "month_end")
            .Dimension(Film, i => i.FilmId, asOf: i => i.MonthEnd)
            .Dimension(Store, i => i.StoreId)
            .Measure(i => i.CopiesOwned, Additivity.SemiAdditive)
            .Measure(i => i.CopiesOut, Additivity.SemiAdditive)
            .Measure(i => i.CopiesAvailable, Additivity.SemiAdditive)
            .Upsert());
    }
}

/// <summary>A source table where it lands and where it is kept clean.</summary>
internal sealed record SourceTable(ZoneTable Landing, ZoneTable Enterprise);
