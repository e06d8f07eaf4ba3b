namespace DvdStore.Model;

// What the star's tables take in: the columns of the queries in Loading/StarQueries.cs.

internal sealed record Customer(
    int? CustomerId, string? FirstName, string? LastName, string? Email, string? Address, string? Address2, string? District, string? City, string? Country,
    string? PostalCode, string? Phone, int? StoreId, bool? Active, DateOnly? CreateDate);

internal sealed record Film(
    int? FilmId, string? Title, string? Description, int? ReleaseYear, string? Language, string? OriginalLanguage, string? Category, int? Length,
    string? SpecialFeatures, decimal? RentalRate, int? RentalDuration, decimal? ReplacementCost, string? Rating);

internal sealed record Store(int? StoreId, string? Address, string? City, string? Country, string? ManagerName, int? ManagerStaffId);

internal sealed record Staff(int? StaffId, string? FirstName, string? LastName, string? Email, string? Username, string? Address, int? StoreId, bool? Active);

internal sealed record Actor(int? ActorId, string? FirstName, string? LastName);

internal sealed record Category(int? CategoryId, string? Name);

internal sealed record Language(int? LanguageId, string? Name);

internal sealed record RentalStatus(bool? IsReturned, bool? IsLate, bool? IsPaid, string? Description);

internal sealed record FilmActor(int? FilmId, int? ActorId);

internal sealed record FilmCategory(int? FilmId, int? CategoryId);

internal sealed record Payment(
    int? PaymentId, int? RentalId, int? CustomerId, int? FilmId, int? StoreId, int? StaffId, DateTime? PaidAt, DateTime? RentedAt, DateTime? ReturnedAt,
    decimal? Amount, int PaymentCount);

internal sealed record Rental(
    int? RentalId, int? InventoryId, int? CustomerId, int? FilmId, int? StoreId, int? StaffId, DateTime? RentedAt, DateTime? DueAt, DateTime? ReturnedAt,
    bool? IsReturned, bool? IsLate, bool? IsPaid, int RentalCount, int? DaysOut, int? DaysLate, decimal? AmountPaid);

internal sealed record InventoryMonthEnd(int? FilmId, int? StoreId, DateOnly? MonthEnd, int CopiesOwned, int CopiesOut, int CopiesAvailable);
