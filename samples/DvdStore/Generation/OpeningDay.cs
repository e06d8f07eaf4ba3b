namespace DvdStore.Generation;

/// <summary>Fills the store before its first day of trade and writes the full member tables.</summary>
internal sealed class OpeningDay(StoreRun run, PeopleRegister people, FilmRegister films)
{
    private const int StoresPerScale = 2;
    private const int CustomersPerScale = 300;
    private const int FilmsPerScale = 400;

    // Kept apart from the film stock below: a film without actors must earn money, or nobody notices its loss.
    private const int EveryFilmWithoutActors = 133;

    // As in Sakila, some films are in the catalogue but in no store.
    private const int EveryFilmOutOfStock = 20;

    public void Write(DayExport export)
    {
        int historyStart = -StoreSchedule.HistoryDays;
        ReferenceTables.Write(export, run.Random(RandomStream.Reference), run.Schedule.Overnight(historyStart));
        OpenStores(export, historyStart);
        for (int i = 0; i < CustomersPerScale * run.Scale; i++)
            people.OpeningCustomer(export, historyStart);
        for (int id = 1; id <= FilmsPerScale * run.Scale; id++)
        {
            bool hasActors = id % EveryFilmWithoutActors != 0;
            bool inStock = id % EveryFilmOutOfStock != 0;
            films.OpeningFilm(export, historyStart, hasActors, inStock);
        }

        MemberSnapshots.WriteStores(export, run.State);
        MemberSnapshots.WriteStaff(export, run.State);
        MemberSnapshots.WriteCustomers(export, run.State);
        MemberSnapshots.WriteFilms(export, run.State);
    }

    // Managers have the ids of their stores; the clerks of the odd stores come after them.
    private void OpenStores(DayExport export, int day)
    {
        int stores = StoresPerScale * run.Scale;
        for (int id = 1; id <= stores; id++)
        {
            run.State.Stores.Add(new LiveStore
            {
                Id = id,
                ManagerId = id,
                AddressId = people.StoreAddress(export, day),
                LastUpdate = run.Schedule.Overnight(day),
            });
        }

        for (int id = 1; id <= stores; id++)
            people.NewStaff(export, day, run.State.Store(id));
        for (int id = 1; id <= stores; id += 2)
            people.NewStaff(export, day, run.State.Store(id));
    }
}
