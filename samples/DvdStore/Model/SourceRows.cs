namespace DvdStore.Model;

// The fifteen tables of the store's own database, as their exports bring them.

internal sealed record ActorRow(int? ActorId, string? FirstName, string? LastName, DateTime? LastUpdate);

internal sealed record AddressRow(int? AddressId, string? Address, string? Address2, string? District, int? CityId, string? PostalCode, string? Phone, DateTime? LastUpdate);

internal sealed record CategoryRow(int? CategoryId, string? Name, DateTime? LastUpdate);

internal sealed record CityRow(int? CityId, string? City, int? CountryId, DateTime? LastUpdate);

internal sealed record CountryRow(int? CountryId, string? Country, DateTime? LastUpdate);

internal sealed record CustomerRow(
    int? CustomerId, int? StoreId, string? FirstName, string? LastName, string? Email, int? AddressId, DateOnly? CreateDate, DateTime? LastUpdate, bool? Active);

internal sealed record FilmRow(
    int? FilmId, string? Title, string? Description, int? ReleaseYear, int? LanguageId, int? OriginalLanguageId, int? RentalDuration, decimal? RentalRate,
    int? Length, decimal? ReplacementCost, string? Rating, DateTime? LastUpdate, string? SpecialFeatures);

internal sealed record FilmActorRow(int? ActorId, int? FilmId, DateTime? LastUpdate);

internal sealed record FilmCategoryRow(int? FilmId, int? CategoryId, DateTime? LastUpdate);

internal sealed record InventoryRow(int? InventoryId, int? FilmId, int? StoreId, DateTime? LastUpdate);

internal sealed record LanguageRow(int? LanguageId, string? Name, DateTime? LastUpdate);

internal sealed record PaymentRow(int? PaymentId, int? CustomerId, int? StaffId, int? RentalId, decimal? Amount, DateTime? PaymentDate);

internal sealed record RentalRow(int? RentalId, DateTime? RentalDate, int? InventoryId, int? CustomerId, DateTime? ReturnDate, int? StaffId, DateTime? LastUpdate);

internal sealed record StaffRow(
    int? StaffId, string? FirstName, string? LastName, int? AddressId, string? Email, int? StoreId, bool? Active, string? Username, DateTime? LastUpdate);

internal sealed record StoreRow(int? StoreId, int? ManagerStaffId, int? AddressId, DateTime? LastUpdate);
