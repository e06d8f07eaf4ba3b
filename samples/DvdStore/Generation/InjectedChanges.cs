namespace DvdStore.Generation;

/// <summary>A customer whose address_id changed: one new type 2 version.</summary>
internal sealed record CustomerMove(int CustomerId, DateOnly Date, int OldAddressId, int NewAddressId);

internal sealed record CustomerEmailChange(int CustomerId, DateOnly Date, string OldEmail, string NewEmail);

internal sealed record CustomerJoined(int CustomerId, DateOnly Date);

internal sealed record CustomerDeactivated(int CustomerId, DateOnly Date);

internal sealed record FilmPriceChange(int FilmId, DateOnly Date, decimal OldRate, decimal NewRate);

internal sealed record FilmDurationChange(int FilmId, DateOnly Date, int OldDuration, int NewDuration);

internal sealed record FilmAdded(int FilmId, DateOnly Date, int Copies, int Actors);

internal sealed record ManagerChange(int StoreId, DateOnly Date, int OldStaffId, int NewStaffId);

internal sealed record StaffTransfer(int StaffId, DateOnly Date, int OldStoreId, int NewStoreId);

internal sealed record StaffJoined(int StaffId, DateOnly Date, int StoreId);
