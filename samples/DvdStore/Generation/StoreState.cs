namespace DvdStore.Generation;

/// <summary>All members of the source system as they are now; ids are list positions + 1.</summary>
internal sealed class StoreState
{
    public List<LiveStore> Stores { get; } = [];

    public List<LiveStaff> Staff { get; } = [];

    public List<LiveCustomer> Customers { get; } = [];

    public List<LiveCustomer> ActiveCustomers { get; } = [];

    /// <summary>Customers who must rent today, ahead of anybody else.</summary>
    public Queue<LiveCustomer> WaitingCustomers { get; } = [];

    public List<LiveFilm> Films { get; } = [];

    public List<LiveCopy> Copies { get; } = [];

    public int LastAddressId { get; set; }

    public LiveStore Store(int id) => Stores[id - 1];

    public LiveCopy Copy(int inventoryId) => Copies[inventoryId - 1];
}

/// <summary>One copy in the inventory.</summary>
internal readonly record struct LiveCopy(LiveFilm Film, LiveStore Store);
