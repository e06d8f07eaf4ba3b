namespace DvdStore.Generation;

/// <summary>Registers films with their actors, category and copies.</summary>
internal sealed class FilmRegister(StoreRun run)
{
    public static readonly decimal[] Rates = [0.99m, 2.99m, 4.99m];

    private static readonly string[] Ratings = ["G", "PG", "PG-13", "R", "NC-17"];

    private readonly SeededRandom _random = run.Random(RandomStream.Films);

    public void OpeningFilm(DayExport export, int day, bool hasActors, bool inStock)
    {
        LiveFilm film = AddFilm(day, releaseYear: _random.Between(1970, run.Schedule.Date(day).Year - 1));
        if (hasActors)
            WriteActors(export, film);
        else
            run.Facts.FilmsWithoutActors.Add(film.Id);
        WriteCategory(export, film);
        if (inStock)
            WriteCopies(export, film, _random.Between(1, 7));
    }

    public void NewFilm(DayExport export)
    {
        DateOnly today = run.Schedule.Date(export.Day);
        LiveFilm film = AddFilm(export.Day, releaseYear: today.Year);
        int actors = WriteActors(export, film);
        WriteCategory(export, film);
        int copies = _random.Between(2, 4);
        WriteCopies(export, film, copies);
        run.Facts.FilmsAdded.Add(new FilmAdded(film.Id, today, copies, actors));
    }

    private LiveFilm AddFilm(int day, int releaseYear)
    {
        int index = run.State.Films.Count;
        var film = new LiveFilm
        {
            Id = index + 1,
            Title = FilmTexts.Title(index),
            Description = FilmTexts.Description(_random),
            ReleaseYear = releaseYear,
            LanguageId = _random.Chance(850) ? 1 : _random.Between(2, ReferenceTables.LanguageCount),
            OriginalLanguageId = _random.Chance(60) ? _random.Between(2, ReferenceTables.LanguageCount) : null,
            RentalDuration = _random.Between(3, 7),
            RentalRate = _random.Pick(Rates),
            Length = _random.Between(48, 185),
            ReplacementCost = 9.99m + _random.Next(21),
            Rating = _random.Pick(Ratings),
            SpecialFeatures = FilmTexts.SpecialFeatures(_random),
            LastUpdate = run.Schedule.Overnight(day),
            LastChangedDay = day,
        };
        run.State.Films.Add(film);
        return film;
    }

    private int WriteActors(DayExport export, LiveFilm film)
    {
        var cast = new SortedSet<int>();
        int size = _random.Between(1, 6);
        while (cast.Count < size)
            cast.Add(_random.Between(1, ReferenceTables.ActorCount));
        foreach (int actorId in cast)
            export.Append("film_actor").Add(actorId).Add(film.Id).Add(film.LastUpdate).EndRow();
        return size;
    }

    private void WriteCategory(DayExport export, LiveFilm film)
    {
        int category = _random.Between(1, ReferenceTables.CategoryCount);
        export.Append("film_category").Add(film.Id).Add(category).Add(film.LastUpdate).EndRow();
    }

    private void WriteCopies(DayExport export, LiveFilm film, int count)
    {
        StoreState state = run.State;
        for (int i = 0; i < count; i++)
        {
            LiveStore store = _random.Pick(state.Stores);
            state.Copies.Add(new LiveCopy(film, store));
            int inventoryId = state.Copies.Count;
            store.Shelf.Add(inventoryId);
            export.Append("inventory").Add(inventoryId).Add(film.Id).Add(store.Id).Add(film.LastUpdate).EndRow();
        }
    }
}
