namespace DvdStore.Generation;

/// <summary>Full snapshots of the member tables that change.</summary>
internal static class MemberSnapshots
{
    public static void WriteStores(DayExport export, StoreState state)
    {
        ExportFile file = export.Snapshot("store");
        foreach (LiveStore store in state.Stores)
            file.Add(store.Id).Add(store.ManagerId).Add(store.AddressId).Add(store.LastUpdate).EndRow();
    }

    public static void WriteStaff(DayExport export, StoreState state)
    {
        ExportFile file = export.Snapshot("staff");
        foreach (LiveStaff staff in state.Staff)
        {
            file.Add(staff.Id)
                .Add(staff.FirstName)
                .Add(staff.LastName)
                .Add(staff.AddressId)
                .Add($"{staff.Username}@dvdstore.example")
                .Add(staff.StoreId)
                .Add(true)
                .Add(staff.Username)
                .Add(staff.LastUpdate)
                .EndRow();
        }
    }

    public static void WriteCustomers(DayExport export, StoreState state)
    {
        ExportFile file = export.Snapshot("customer");
        foreach (LiveCustomer customer in state.Customers)
        {
            if (customer.Orphan is not null)
                continue;
            file.Add(customer.Id)
                .Add(customer.StoreId)
                .Add(customer.FirstName)
                .Add(customer.LastName)
                .Add(customer.Email)
                .Add(customer.AddressId)
                .Add(customer.CreateDate)
                .Add(customer.LastUpdate)
                .Add(customer.IsActive)
                .EndRow();
        }
    }

    public static void WriteFilms(DayExport export, StoreState state)
    {
        ExportFile file = export.Snapshot("film");
        foreach (LiveFilm film in state.Films)
        {
            file.Add(film.Id)
                .Add(film.Title)
                .Add(film.Description)
                .Add(film.ReleaseYear)
                .Add(film.LanguageId)
                .Add(film.OriginalLanguageId)
                .Add(film.RentalDuration)
                .Add(film.RentalRate)
                .Add(film.Length)
                .Add(film.ReplacementCost)
                .Add(film.Rating)
                .Add(film.LastUpdate)
                .Add(film.SpecialFeatures)
                .EndRow();
        }
    }
}
