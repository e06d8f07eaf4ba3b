namespace DvdStore.Generation;

/// <summary>What happens to films overnight: new prices, new rental durations, new films.</summary>
internal sealed class FilmChanges(StoreRun run, FilmRegister films)
{
    private readonly SeededRandom _random = run.Random(RandomStream.FilmChanges);

    public void Apply(DayExport export)
    {
        bool changed = false;
        if (_random.Chance(350))
        {
            int count = run.Scale * _random.Between(1, 3);
            for (int i = 0; i < count; i++)
                changed |= ChangePrice(export.Day);
        }

        if (_random.Chance(150))
        {
            for (int i = 0; i < run.Scale; i++)
                changed |= ChangeDuration(export.Day);
        }

        if (_random.Chance(330))
        {
            for (int i = 0; i < run.Scale; i++)
                films.NewFilm(export);
            changed = true;
        }

        if (changed)
            MemberSnapshots.WriteFilms(export, run.State);
    }

    private bool ChangePrice(int day)
    {
        LiveFilm film = _random.Pick(run.State.Films);
        if (film.LastChangedDay == day)
            return false;
        decimal old = film.RentalRate;
        while (film.RentalRate == old)
            film.RentalRate = _random.Pick(FilmRegister.Rates);
        Touch(film, day);
        run.Facts.FilmPriceChanges.Add(new FilmPriceChange(film.Id, run.Schedule.Date(day), old, film.RentalRate));
        return true;
    }

    private bool ChangeDuration(int day)
    {
        LiveFilm film = _random.Pick(run.State.Films);
        if (film.LastChangedDay == day)
            return false;
        int old = film.RentalDuration;
        while (film.RentalDuration == old)
            film.RentalDuration = _random.Between(3, 7);
        Touch(film, day);
        run.Facts.FilmDurationChanges.Add(new FilmDurationChange(film.Id, run.Schedule.Date(day), old, film.RentalDuration));
        return true;
    }

    private void Touch(LiveFilm film, int day)
    {
        film.LastUpdate = run.Schedule.Overnight(day);
        film.LastChangedDay = day;
    }
}
