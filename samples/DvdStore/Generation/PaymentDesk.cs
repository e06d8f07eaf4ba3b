namespace DvdStore.Generation;

/// <summary>Takes the payment of every rental at rental time; some are exported only days later.</summary>
internal sealed class PaymentDesk(StoreRun run)
{
    private const int MaxDaysLate = 5;
    private const int LatePermille = 20;

    // Apart from the rental ids, so that a join on the wrong column shows.
    private const int FirstPaymentId = 1001;

    private readonly SeededRandom _random = run.Random(RandomStream.Payments);
    private readonly List<Payment>[] _late = [.. Enumerable.Range(0, MaxDaysLate + 1).Select(_ => new List<Payment>())];
    private int _nextPaymentId = FirstPaymentId;
    private int _lastUnlinkedDay = int.MinValue;

    public void Pay(Rental rental, decimal amount, LiveCustomer customer, int day, DayExport export)
    {
        int? rentalId = LosesItsRental(day) ? null : rental.Id;
        var payment = new Payment(_nextPaymentId++, customer.Id, rental.StaffId, rentalId, amount, rental.RentedAt);
        if (rentalId is null)
            run.Facts.UnlinkedPayments.Add(new UnlinkedPayment(payment.Id, rental.Id, amount));

        int daysLate = _random.Chance(LatePermille) ? _random.Between(1, MaxDaysLate) : 0;
        bool isPunctual = customer.Orphan is not null || rentalId is null || day + daysLate <= export.Day;
        if (!isPunctual)
        {
            _late[(day + daysLate) % _late.Length].Add(payment);
            return;
        }

        Deliver(payment, export);
        customer.Orphan?.PaymentIds.Add(payment.Id);
    }

    public void DeliverLate(DayExport export)
    {
        List<Payment> arrived = _late[export.Day % _late.Length];
        DateOnly today = run.Schedule.Date(export.Day);
        foreach (Payment payment in arrived)
        {
            Deliver(payment, export);
            run.Facts.LatePayments.Add(new LatePayment(payment.Id, DateOnly.FromDateTime(payment.PaidAt), today, payment.Amount));
        }

        arrived.Clear();
    }

    // The first payment of a day, so that the number of such payments does not grow with the scale.
    private bool LosesItsRental(int day)
    {
        if (day == _lastUnlinkedDay || !run.Schedule.UnlinkedPaymentDays.Contains(day))
            return false;
        _lastUnlinkedDay = day;
        return true;
    }

    private void Deliver(Payment payment, DayExport export)
    {
        export.Append("payment")
            .Add(payment.Id)
            .Add(payment.CustomerId)
            .Add(payment.StaffId)
            .Add(payment.RentalId)
            .Add(payment.Amount)
            .Add(payment.PaidAt)
            .EndRow();
        run.Facts.Totals.CountPayment(payment.Amount);
    }

    private readonly record struct Payment(int Id, int CustomerId, int StaffId, int? RentalId, decimal Amount, DateTime PaidAt);
}
