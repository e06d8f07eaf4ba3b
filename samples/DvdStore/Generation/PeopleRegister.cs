using System.Globalization;

namespace DvdStore.Generation;

/// <summary>Registers customers, staff and addresses; an address row is written at once, as nothing reads it again.</summary>
internal sealed class PeopleRegister(StoreRun run)
{
    private readonly SeededRandom _random = run.Random(RandomStream.People);

    public LiveCustomer OpeningCustomer(DayExport export, int day)
    {
        DateOnly created = run.Schedule.Date(day).AddDays(-_random.Between(1, 700));
        return AddCustomer(NewAddress(export, day), day, created);
    }

    public LiveCustomer NewCustomer(DayExport export, int day) =>
        AddCustomer(NewAddress(export, day), day, run.Schedule.Date(day));

    /// <summary>A customer the stores know already, but no snapshot does; the address comes with the snapshot.</summary>
    public LiveCustomer NewOrphan(int day, DateOnly arrivesOn)
    {
        DateOnly today = run.Schedule.Date(day);
        LiveCustomer customer = AddCustomer(addressId: 0, day, today);
        customer.Orphan = new OrphanCustomer(customer.Id, today, arrivesOn);
        return customer;
    }

    public LiveStaff NewStaff(DayExport export, int day, LiveStore store)
    {
        var staff = new LiveStaff
        {
            Id = run.State.Staff.Count + 1,
            FirstName = _random.Pick(Words.FirstNames),
            LastName = _random.Pick(Words.LastNames),
            AddressId = NewAddress(export, day),
            StoreId = store.Id,
            LastUpdate = run.Schedule.Overnight(day),
        };
        run.State.Staff.Add(staff);
        store.Staff.Add(staff);
        return staff;
    }

    public string NewEmail(int customerId) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_random.Pick(Words.TitleAdjectives)}.{_random.Pick(Words.Animals)}{customerId}@mail.example");

    // The address id inside the phone number makes every move a change, whatever else is drawn.
    public int NewAddress(DayExport export, int day)
    {
        int phone = _random.Between(20_000, 99_999);
        string? secondLine = _random.Next(10) switch
        {
            < 7 => null,
            < 9 => "",
            _ => _random.Pick(Words.SecondAddressLines),
        };
        return WriteAddress(
            export,
            day,
            secondLine,
            postalCode: _random.Between(10_000, 99_999).ToString(CultureInfo.InvariantCulture),
            phone: string.Create(CultureInfo.InvariantCulture, $"{phone}{run.State.LastAddressId + 1:000000}"));
    }

    public int StoreAddress(DayExport export, int day) => WriteAddress(export, day, secondLine: null, postalCode: "", phone: "");

    private int WriteAddress(DayExport export, int day, string? secondLine, string postalCode, string phone)
    {
        int id = ++run.State.LastAddressId;
        string street = string.Create(CultureInfo.InvariantCulture, $"{_random.Between(1, 400)} {_random.Pick(Words.Streets)}");
        export.Append("address")
            .Add(id)
            .Add(street)
            .Add(secondLine)
            .Add(_random.Pick(Words.Districts))
            .Add(_random.Between(1, ReferenceTables.CityCount))
            .Add(postalCode)
            .Add(phone)
            .Add(run.Schedule.Overnight(day))
            .EndRow();
        return id;
    }

    private LiveCustomer AddCustomer(int addressId, int day, DateOnly created)
    {
        int id = run.State.Customers.Count + 1;
        var customer = new LiveCustomer
        {
            Id = id,
            StoreId = _random.Between(1, run.State.Stores.Count),
            FirstName = _random.Pick(Words.FirstNames),
            LastName = _random.Pick(Words.LastNames),
            Email = NewEmail(id),
            AddressId = addressId,
            CreateDate = created,
            LastUpdate = run.Schedule.Overnight(day),
            LastChangedDay = day,
        };
        run.State.Customers.Add(customer);
        run.State.ActiveCustomers.Add(customer);
        run.State.Store(customer.StoreId).Customers.Add(customer);
        return customer;
    }
}
