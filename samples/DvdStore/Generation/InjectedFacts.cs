namespace DvdStore.Generation;

/// <summary>Everything the generator did on purpose, in the order it happened, so that tests can check a loaded warehouse.</summary>
/// <remarks>A customer or film changes at most once a day: moves and deactivations are one type 2 version each.</remarks>
internal sealed class InjectedFacts
{
    public List<CustomerMove> CustomerMoves { get; } = [];

    public List<CustomerEmailChange> CustomerEmailChanges { get; } = [];

    /// <summary>Customers who are in the snapshot of the day they joined; late ones are in <see cref="OrphanCustomers"/>.</summary>
    public List<CustomerJoined> CustomersJoined { get; } = [];

    public List<CustomerDeactivated> CustomersDeactivated { get; } = [];

    public List<OrphanCustomer> OrphanCustomers { get; } = [];

    public List<FilmPriceChange> FilmPriceChanges { get; } = [];

    public List<FilmDurationChange> FilmDurationChanges { get; } = [];

    public List<FilmAdded> FilmsAdded { get; } = [];

    /// <summary>Films of the first day that have no row in film_actor.</summary>
    public List<int> FilmsWithoutActors { get; } = [];

    public List<ManagerChange> ManagerChanges { get; } = [];

    public List<StaffTransfer> StaffTransfers { get; } = [];

    public List<StaffJoined> StaffJoined { get; } = [];

    public List<LatePayment> LatePayments { get; } = [];

    public List<UnlinkedPayment> UnlinkedPayments { get; } = [];

    public List<MalformedRow> MalformedRows { get; } = [];

    /// <summary>The file delivered twice; null when the period is too short for it.</summary>
    public ResentFile? ResentFile { get; set; }

    public StoreTotals Totals { get; } = new();
}
