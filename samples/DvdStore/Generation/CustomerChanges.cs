namespace DvdStore.Generation;

/// <summary>What happens to customers overnight: they join, move, change their email address, are deactivated.</summary>
internal sealed class CustomerChanges(StoreRun run, PeopleRegister people)
{
    private const int OrphansAtOnce = 2;

    private readonly SeededRandom _random = run.Random(RandomStream.CustomerChanges);

    private delegate void CustomerChange(LiveCustomer customer, DayExport export, DateOnly today);

    public void Apply(DayExport export)
    {
        int changes = AdmitOrphans(export) + Join(export)
            + Repeat(_random.Next(2 * run.Scale + 1), Move, export)
            + Repeat(_random.Chance(400) ? run.Scale : 0, ChangeEmail, export)
            + Repeat(_random.Chance(200) ? run.Scale : 0, Deactivate, export);
        if (changes > 0)
            MemberSnapshots.WriteCustomers(export, run.State);

        if (export.Day == run.Schedule.OrphanDay)
            RegisterOrphans(export.Day);
    }

    private int Join(DayExport export)
    {
        int count = _random.Next(2 * run.Scale + 1);
        for (int i = 0; i < count; i++)
        {
            LiveCustomer customer = people.NewCustomer(export, export.Day);
            run.Facts.CustomersJoined.Add(new CustomerJoined(customer.Id, customer.CreateDate));
        }

        return count;
    }

    private int Repeat(int count, CustomerChange change, DayExport export)
    {
        DateOnly today = run.Schedule.Date(export.Day);
        int changed = 0;
        for (int i = 0; i < count; i++)
        {
            LiveCustomer customer = _random.Pick(run.State.ActiveCustomers);
            if (customer.Orphan is not null || customer.LastChangedDay == export.Day)
                continue;
            change(customer, export, today);
            Touch(customer, export.Day);
            changed++;
        }

        return changed;
    }

    private void Move(LiveCustomer customer, DayExport export, DateOnly today)
    {
        int old = customer.AddressId;
        customer.AddressId = people.NewAddress(export, export.Day);
        run.Facts.CustomerMoves.Add(new CustomerMove(customer.Id, today, old, customer.AddressId));
    }

    private void ChangeEmail(LiveCustomer customer, DayExport export, DateOnly today)
    {
        string old = customer.Email;
        while (customer.Email == old)
            customer.Email = people.NewEmail(customer.Id);
        run.Facts.CustomerEmailChanges.Add(new CustomerEmailChange(customer.Id, today, old, customer.Email));
    }

    private void Deactivate(LiveCustomer customer, DayExport export, DateOnly today)
    {
        customer.IsActive = false;
        run.State.ActiveCustomers.Remove(customer);
        run.State.Store(customer.StoreId).Customers.Remove(customer);
        run.Facts.CustomersDeactivated.Add(new CustomerDeactivated(customer.Id, today));
    }

    private void RegisterOrphans(int day)
    {
        for (int i = 0; i < OrphansAtOnce; i++)
        {
            LiveCustomer customer = people.NewOrphan(day, arrivesOn: run.Schedule.Date(day + StoreSchedule.OrphanDelay));
            run.State.WaitingCustomers.Enqueue(customer);
            run.Facts.OrphanCustomers.Add(customer.Orphan!);
        }
    }

    private int AdmitOrphans(DayExport export)
    {
        if (export.Day - StoreSchedule.OrphanDelay != run.Schedule.OrphanDay)
            return 0;
        foreach (OrphanCustomer orphan in run.Facts.OrphanCustomers)
        {
            LiveCustomer customer = run.State.Customers[orphan.CustomerId - 1];
            customer.AddressId = people.NewAddress(export, export.Day);
            customer.Orphan = null;
            Touch(customer, export.Day);
        }

        return run.Facts.OrphanCustomers.Count;
    }

    private void Touch(LiveCustomer customer, int day)
    {
        customer.LastUpdate = run.Schedule.Overnight(day);
        customer.LastChangedDay = day;
    }
}
