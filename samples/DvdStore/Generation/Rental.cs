namespace DvdStore.Generation;

/// <summary>One rental; <see cref="ReturnsAt"/> is known from the start but shown only once it has come.</summary>
internal readonly record struct Rental
{
    public required int Id { get; init; }

    public required DateTime RentedAt { get; init; }

    public required int InventoryId { get; init; }

    public required int CustomerId { get; init; }

    public required int StaffId { get; init; }

    public required DateTime ReturnsAt { get; init; }

    public void Write(ExportFile file, bool isReturned) => file
        .Add(Id)
        .Add(RentedAt)
        .Add(InventoryId)
        .Add(CustomerId)
        .Add(isReturned ? ReturnsAt : (DateTime?)null)
        .Add(StaffId)
        .Add(isReturned ? ReturnsAt : RentedAt)
        .EndRow();
}
