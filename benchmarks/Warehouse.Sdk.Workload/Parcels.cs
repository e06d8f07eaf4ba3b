namespace Warehouse.Sdk.Workload;

/// <summary>Why a row of a parcel is in a batch.</summary>
internal enum ParcelEventKind
{
    Sent,

    /// <summary>Sent days before, delivered only now.</summary>
    SentLate,

    /// <summary>Delivers yesterday's row once more.</summary>
    Redelivered,

    /// <summary>Yesterday's parcel has another price.</summary>
    Corrected,

    /// <summary>A bad row: its key is NULL.</summary>
    WithoutKey,

    /// <summary>A bad row: its price has more digits than the column.</summary>
    WithoutFit,
}

/// <summary>A row and when it is delivered.</summary>
/// <param name="Kind">Why it is there.</param>
/// <param name="Batch">The day it is delivered on; 0 is the historical load.</param>
/// <param name="Row">The row.</param>
/// <param name="Copies">How often the batch has it.</param>
internal readonly record struct ParcelEvent(ParcelEventKind Kind, int Batch, ParcelRow Row, int Copies)
{
    public bool IsBad => Kind is ParcelEventKind.WithoutKey or ParcelEventKind.WithoutFit;

    public bool IsNew => Kind is ParcelEventKind.Sent or ParcelEventKind.SentLate;

    /// <summary>The column that a bad row is rejected for.</summary>
    public string BadColumn => Kind == ParcelEventKind.WithoutKey ? "parcel_id" : "price";
}

/// <summary>Everything that is ever delivered of parcels, one parcel at a time.</summary>
internal sealed class Parcels(WorkloadOptions options)
{
    /// <summary>Clients from here on are named by parcels and never come.</summary>
    public const long FirstStranger = 1_000_000_000_000;
    public const int Strangers = 50;

    private const int UnknownDepot = 999, MostDaysLate = 3;

    private readonly Draw _draw = new(options.Seed);

    /// <summary>The greatest number that a parcel can have.</summary>
    public long Last => (WorkloadOptions.HistoryDays + options.Days) * options.ParcelsPerDay;

    /// <summary>The events of a batch, parcel by parcel.</summary>
    public IEnumerable<ParcelEvent> Batch(int day)
    {
        long first = day == 0 ? 1 : FirstOf(day - MostDaysLate), last = FirstOf(day + 1) - 1;
        for (long parcel = first; parcel <= last; parcel++)
        {
            foreach (ParcelEvent happened in Life(parcel))
            {
                if (happened.Batch == day)
                    yield return happened;
            }
        }
    }

    /// <summary>The rows of a batch, copies included.</summary>
    public IEnumerable<ParcelRow> Rows(int day) => Batch(day).SelectMany(happened => Enumerable.Repeat(happened.Row, happened.Copies));

    /// <summary>What is delivered of a parcel, in the order of delivery; the last batches may never come.</summary>
    public IEnumerable<ParcelEvent> Life(long parcel)
    {
        int sent = (int)((parcel - 1) / options.ParcelsPerDay) - WorkloadOptions.HistoryDays + 1;
        long fate = _draw.Of(What.Parcel, parcel, 0, 10_000);
        int late = fate is >= 100 and < 300 ? 1 + (int)_draw.Of(What.DaysLate, parcel, 0, MostDaysLate) : 0;
        int batch = Math.Max(0, sent + late);
        ParcelRow row = new(parcel, WorkloadOptions.DateOf(sent).AddSeconds(_draw.Of(What.Time, parcel, 0, 86_400)), ClientOf(parcel, batch), DepotOf(parcel), (int)_draw.Of(What.Grams, parcel, 0, 30_000), _draw.Of(What.Price, parcel, 0, 10_000) / 100m);
        if (fate < 10)
        {
            yield return new ParcelEvent(ParcelEventKind.WithoutFit, batch, row with { Price = 1_000_000_000m }, Copies: 1);
            yield break;
        }

        yield return new ParcelEvent(late > 0 ? ParcelEventKind.SentLate : ParcelEventKind.Sent, batch, row, fate is >= 10 and < 50 ? 2 : 1);
        if (fate is >= 50 and < 60)
            yield return new ParcelEvent(ParcelEventKind.WithoutKey, batch, row with { ParcelId = null }, Copies: 1);
        if (sent >= 0 && late == 0 && fate is >= 300 and < 400)
            yield return new ParcelEvent(ParcelEventKind.Redelivered, batch + 1, row, Copies: 1);
        if (sent >= 0 && late == 0 && fate is >= 400 and < 500)
            yield return new ParcelEvent(ParcelEventKind.Corrected, batch + 1, row with { Price = row.Price + 1 }, Copies: 1);
    }

    private long FirstOf(int day) => Math.Max(1, ((day + WorkloadOptions.HistoryDays - 1) * options.ParcelsPerDay) + 1);

    private long? ClientOf(long parcel, int batch) => _draw.Of(What.Client, parcel, 0, 1_000) switch
    {
        < 1 => null,
        < 2 => FirstStranger + _draw.Of(What.Client, parcel, 1, Strangers),
        // One of those that only the next batch brings.
        < 7 => options.ClientsThrough(batch) + 1 + _draw.Of(What.Client, parcel, 1, options.NewClientsPerDay),
        _ => 1 + _draw.Of(What.Client, parcel, 1, options.ClientsThrough(batch)),
    };

    private int DepotOf(long parcel) => _draw.Of(What.Depot, parcel, 0, 500) == 0 ? UnknownDepot : 1 + (int)_draw.Of(What.Depot, parcel, 1, WorkloadOptions.Depots);
}
