namespace DvdStore.Generation;

/// <summary>Lives through the store's days in order: overnight changes first, then the day's trade.</summary>
internal sealed class StoreSimulation
{
    private readonly OpeningDay _opening;
    private readonly CustomerChanges _customers;
    private readonly FilmChanges _films;
    private readonly StaffChanges _staff;
    private readonly PaymentDesk _payments;
    private readonly RentalDesk _rentals;

    public StoreSimulation(StoreRun run)
    {
        var people = new PeopleRegister(run);
        var films = new FilmRegister(run);
        _opening = new OpeningDay(run, people, films);
        _customers = new CustomerChanges(run, people);
        _films = new FilmChanges(run, films);
        _staff = new StaffChanges(run, people);
        _payments = new PaymentDesk(run);
        _rentals = new RentalDesk(run, _payments);
    }

    public void RunDay(DayExport export)
    {
        if (export.IsFirst)
        {
            _opening.Write(export);
            for (int day = -StoreSchedule.HistoryDays; day < 0; day++)
                _rentals.Trade(day, export);
        }
        else
        {
            _customers.Apply(export);
            _films.Apply(export);
            _staff.Apply(export);
            _payments.DeliverLate(export);
        }

        _rentals.Trade(export.Day, export);
    }
}
