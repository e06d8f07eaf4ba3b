namespace DvdStore.Generation;

/// <summary>Rents copies out and takes them back. Remembers open rentals only, each under the day it comes back.</summary>
internal sealed class RentalDesk(StoreRun run, PaymentDesk payments)
{
    private const int MaxDaysOut = 9;
    private const int NeverReturnedPermille = 20;
    private const int HomeStorePermille = 850;
    private const int OwnStaffPermille = 850;

    private readonly SeededRandom _random = run.Random(RandomStream.Rentals);
    private readonly MalformedRows _malformed = new(run);
    private readonly List<Rental>[] _dueBack = [.. Enumerable.Range(0, MaxDaysOut + 1).Select(_ => new List<Rental>())];
    private int _lastRentalId;

    /// <summary>One day of trade; the days of the back-history go into the first export.</summary>
    public void Trade(int day, DayExport export)
    {
        Visit[] visits = Demand.Visits(run, _random, day);
        for (int i = 0; i < visits.Length; i++)
        {
            if (i == visits.Length / 2 && day == export.Day)
                _malformed.Write(export);
            if (visits[i].Store.Shelf.Count > 0)
                Rent(visits[i], day, export);
        }

        // In the evening: a copy that came back today is rented again tomorrow at the earliest.
        TakeBack(day, export);
    }

    private void Rent(Visit visit, int day, DayExport export)
    {
        LiveCustomer customer = NextCustomer(visit.Store);
        int returnDay = day + _random.Between(1, MaxDaysOut);
        int returnSecond = _random.Between(9 * 3600, 22 * 3600);
        bool comesBack = !_random.Chance(NeverReturnedPermille);
        var rental = new Rental
        {
            Id = ++_lastRentalId,
            RentedAt = run.Schedule.At(day, visit.Second),
            InventoryId = TakeFromShelf(visit.Store),
            CustomerId = customer.Id,
            StaffId = _random.Pick(_random.Chance(OwnStaffPermille) ? visit.Store.Staff : run.State.Staff).Id,
            ReturnsAt = run.Schedule.At(returnDay, returnSecond),
        };
        if (comesBack)
            _dueBack[Slot(returnDay)].Add(rental);

        bool isBackAtExport = comesBack && returnDay <= export.Day;
        rental.Write(export.Append("rental"), isBackAtExport);
        run.Facts.Totals.CountRental();
        if (isBackAtExport)
            run.Facts.Totals.CountReturn();
        customer.Orphan?.RentalIds.Add(rental.Id);
        payments.Pay(rental, run.State.Copy(rental.InventoryId).Film.RentalRate, customer, day, export);
    }

    private void TakeBack(int day, DayExport export)
    {
        List<Rental> returned = _dueBack[Slot(day)];
        foreach (Rental rental in returned)
        {
            run.State.Copy(rental.InventoryId).Store.Shelf.Add(rental.InventoryId);
            if (export.IsFirst)
                continue; // the first export's rental rows carry their return_date already
            rental.Write(export.ReturnedRentals(), isReturned: true);
            run.Facts.Totals.CountReturn();
        }

        returned.Clear();
    }

    private LiveCustomer NextCustomer(LiveStore store)
    {
        if (run.State.WaitingCustomers.TryDequeue(out LiveCustomer? waiting))
            return waiting;
        bool isHome = _random.Chance(HomeStorePermille) && store.Customers.Count > 0;
        return _random.Pick(isHome ? store.Customers : run.State.ActiveCustomers);
    }

    private int TakeFromShelf(LiveStore store)
    {
        int position = _random.Next(store.Shelf.Count);
        int inventoryId = store.Shelf[position];
        store.Shelf[position] = store.Shelf[^1];
        store.Shelf.RemoveAt(store.Shelf.Count - 1);
        return inventoryId;
    }

    // Days of the back-history are negative.
    private static int Slot(int day) => (day + StoreSchedule.HistoryDays) % (MaxDaysOut + 1);
}
