namespace DvdStore.Generation;

/// <summary>Why a row cannot be loaded.</summary>
internal enum MalformedReason
{
    NotADecimal,
    NotATimestamp,
    FieldMissing,
    KeyMissing,
}

/// <summary>An invented row that must be rejected.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Line">Physical line, 1 being the header.</param>
/// <param name="Column">The column at fault; null for a row with a field too few, where no single column is.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Text">The line as written, without the line end.</param>
internal sealed record MalformedRow(string Path, int Line, string? Column, MalformedReason Reason, string Text);

/// <summary>A payment delivered some days after its payment_date.</summary>
internal sealed record LatePayment(int PaymentId, DateOnly PaymentDate, DateOnly DeliveredOn, decimal Amount)
{
    public int DaysLate => DeliveredOn.DayNumber - PaymentDate.DayNumber;
}

/// <summary>A payment exported with rental_id NULL; the rental itself is exported as usual.</summary>
internal sealed record UnlinkedPayment(int PaymentId, int LostRentalId, decimal Amount);

/// <summary>A file delivered again, byte for byte, the next day.</summary>
/// <param name="OriginalPath">The first delivery.</param>
/// <param name="ResentPath">The second delivery.</param>
/// <param name="Rows">Data rows in each of them.</param>
internal sealed record ResentFile(string OriginalPath, string ResentPath, int Rows);

/// <summary>A customer whose facts arrive before the customer does: an inferred member until <paramref name="ArrivesOn"/>.</summary>
/// <param name="CustomerId">The natural key.</param>
/// <param name="RentedOn">Day of the first rental.</param>
/// <param name="ArrivesOn">Day of the first customer snapshot that holds the customer.</param>
internal sealed record OrphanCustomer(int CustomerId, DateOnly RentedOn, DateOnly ArrivesOn)
{
    /// <summary>Rentals exported before the customer.</summary>
    public List<int> RentalIds { get; } = [];

    /// <summary>Payments exported before the customer.</summary>
    public List<int> PaymentIds { get; } = [];
}
