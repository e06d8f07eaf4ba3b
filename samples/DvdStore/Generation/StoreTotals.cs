namespace DvdStore.Generation;

/// <summary>The true totals of all delivered files: malformed rows and the second delivery do not count.</summary>
internal sealed class StoreTotals
{
    public long Payments { get; private set; }

    public decimal PaymentAmount { get; private set; }

    public long Rentals { get; private set; }

    public long ReturnedRentals { get; private set; }

    public long OpenRentals => Rentals - ReturnedRentals;

    /// <summary>Payments whose late delivery falls after the last day: their rentals are unpaid in the files.</summary>
    public long UndeliveredPayments => Rentals - Payments;

    public void CountPayment(decimal amount)
    {
        Payments++;
        PaymentAmount += amount;
    }

    public void CountRental() => Rentals++;

    public void CountReturn() => ReturnedRentals++;
}
