using System.Globalization;

namespace DvdStore.Generation;

/// <summary>A store as the source system holds it now.</summary>
internal sealed class LiveStore
{
    public required int Id { get; init; }

    public required int ManagerId { get; set; }

    public required int AddressId { get; init; }

    public required DateTime LastUpdate { get; set; }

    /// <summary>Inventory ids of the copies that are in the store, not out on a rental.</summary>
    public List<int> Shelf { get; } = [];

    /// <summary>Active customers whose home store this is.</summary>
    public List<LiveCustomer> Customers { get; } = [];

    public List<LiveStaff> Staff { get; } = [];
}

internal sealed class LiveStaff
{
    public required int Id { get; init; }

    public required string FirstName { get; init; }

    public required string LastName { get; init; }

    public string Username => "staff" + Id.ToString(CultureInfo.InvariantCulture);

    public required int AddressId { get; init; }

    public required int StoreId { get; set; }

    public required DateTime LastUpdate { get; set; }
}

internal sealed class LiveCustomer
{
    public required int Id { get; init; }

    public required int StoreId { get; init; }

    public required string FirstName { get; init; }

    public required string LastName { get; init; }

    public required string Email { get; set; }

    public required int AddressId { get; set; }

    public required DateOnly CreateDate { get; init; }

    public required DateTime LastUpdate { get; set; }

    /// <summary>Keeps changes to one a day, so that every change is visible in some snapshot.</summary>
    public required int LastChangedDay { get; set; }

    public bool IsActive { get; set; } = true;

    /// <summary>Set while the customer rents but is not yet in any snapshot.</summary>
    public OrphanCustomer? Orphan { get; set; }
}

internal sealed class LiveFilm
{
    public required int Id { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required int ReleaseYear { get; init; }

    public required int LanguageId { get; init; }

    public required int? OriginalLanguageId { get; init; }

    public required int RentalDuration { get; set; }

    public required decimal RentalRate { get; set; }

    public required int Length { get; init; }

    public required decimal ReplacementCost { get; init; }

    public required string Rating { get; init; }

    public required string SpecialFeatures { get; init; }

    public required DateTime LastUpdate { get; set; }

    public required int LastChangedDay { get; set; }
}
