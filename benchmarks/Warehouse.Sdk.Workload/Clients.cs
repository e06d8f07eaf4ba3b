namespace Warehouse.Sdk.Workload;

/// <summary>Everything that is ever delivered of clients, one client at a time. Nothing is held: a client's life is drawn again wherever it is needed.</summary>
internal sealed class Clients(WorkloadOptions options)
{
    private const int Chances = 10_000, Cities = 500, Tiers = 5;
    private const int FirstMoment = 10;

    private readonly Draw _draw = new(options.Seed);

    /// <summary>The events of a batch, client by client.</summary>
    public IEnumerable<ClientEvent> Batch(int day)
    {
        long last = options.ClientsThrough(day);
        for (long client = 1; client <= last; client++)
        {
            if (day > 0 && options.FirstBatchOf(client) < day && KindOn(client, day) is null)
                continue;
            foreach (ClientEvent happened in Life(client, day))
            {
                if (happened.Batch == day)
                    yield return happened;
            }
        }
    }

    /// <summary>The rows of a batch, copies included.</summary>
    public IEnumerable<ClientRow> Rows(int day) => Batch(day).SelectMany(happened => Enumerable.Repeat(happened.Row, happened.Copies));

    /// <summary>What is delivered of a client up to a batch, in the order of delivery.</summary>
    public IEnumerable<ClientEvent> Life(long client, int through)
    {
        int first = options.FirstBatchOf(client);
        DateTime begun = first == 0 ? At(client, -WorkloadOptions.HistoryDays + 1, 1) : At(client, first, 1);
        ClientRow row = new(client, EmailOf(client, 0), CityOf(client, 0), TierOf(client, 0), begun, "I");
        ClientRow delivered = row;
        yield return new ClientEvent(ClientEventKind.First, first, row, CopiesOf(client, first));
        if (first == 0)
        {
            long moves = _draw.Of(What.ClientHistory, client, 0, 4);
            for (int move = 1; move <= moves; move++)
            {
                // Each in a stretch of its own, so that they follow one another.
                int day = -WorkloadOptions.HistoryDays + (25 * move) + (int)_draw.Of(What.ClientHistory, client, move, 24);
                delivered = row = row with { City = CityOf(client, -move), Tier = TierOf(client, -move), ChangedAt = At(client, day, 1 + move), Operation = "U" };
                yield return new ClientEvent(ClientEventKind.Moved, 0, row, CopiesOf(client, -move));
            }

            if (_draw.Of(What.ClientHistory, client, FirstMoment, Chances) < 10)
                yield return Bad(row, ClientEventKind.WithoutKey, 0);
            if (_draw.Of(What.ClientHistory, client, FirstMoment + 1, Chances) < 10)
                yield return Bad(row, ClientEventKind.WithoutFit, 0);
        }

        for (int day = first + 1; day <= through; day++)
        {
            if (KindOn(client, day) is not { } kind)
                continue;
            if (kind is ClientEventKind.WithoutKey or ClientEventKind.WithoutFit)
            {
                yield return Bad(row with { ChangedAt = At(client, day, FirstMoment + day) }, kind, day);
                continue;
            }

            delivered = kind == ClientEventKind.Redelivered ? delivered : Next(row, client, kind, day);
            // A late row tells of then; what holds now is not its to say.
            if (kind is not (ClientEventKind.MovedLate or ClientEventKind.Redelivered))
                row = delivered;
            yield return new ClientEvent(kind, day, delivered, CopiesOf(client, day));
        }
    }

    private static ClientEvent Bad(ClientRow row, ClientEventKind kind, int day)
        => new(kind, day, kind == ClientEventKind.WithoutKey ? row with { ClientId = null } : row with { City = new string('x', ParcelModel.LongestCity + 1) }, Copies: 1);

    private ClientRow Next(ClientRow row, long client, ClientEventKind kind, int day)
    {
        // The moment within the second tells a client's events apart, whatever days they are about.
        int about = kind == ClientEventKind.MovedLate ? day - 1 - (int)_draw.Of(What.DaysLate, client, day, 20) : day;
        ClientRow next = row with { ChangedAt = At(client, about, FirstMoment + day), Operation = kind == ClientEventKind.Deleted ? "D" : "U" };
        return kind switch
        {
            ClientEventKind.Moved or ClientEventKind.MovedLate => next with { City = CityOf(client, day), Tier = TierOf(client, day) },
            ClientEventKind.Mailed => next with { Email = EmailOf(client, day) },
            _ => next,
        };
    }

    private ClientEventKind? KindOn(long client, int day) => _draw.Of(What.ClientEvent, client, day, Chances) switch
    {
        < 150 => ClientEventKind.Moved,
        < 220 => ClientEventKind.Mailed,
        < 240 => ClientEventKind.MovedLate,
        < 250 => ClientEventKind.Deleted,
        < 260 => ClientEventKind.Confirmed,
        < 270 => ClientEventKind.Redelivered,
        < 274 => ClientEventKind.WithoutKey,
        < 278 => ClientEventKind.WithoutFit,
        _ => null,
    };

    private int CopiesOf(long client, int moment) => _draw.Of(What.ClientEvent, client, moment + 1_000_000, 100) == 0 ? 2 : 1;

    private DateTime At(long client, int day, int moment) => WorkloadOptions.DateOf(day).AddSeconds(_draw.Of(What.Time, client, moment, 86_400)).AddMicroseconds(moment);

    private string CityOf(long client, int moment) => FormattableString.Invariant($"City {_draw.Of(What.City, client, moment, Cities)}");

    private int TierOf(long client, int moment) => (int)_draw.Of(What.Tier, client, moment, Tiers);

    private string? EmailOf(long client, int moment) => _draw.Of(What.Email, client, moment, 50) == 0 ? null : FormattableString.Invariant($"client{client}.{moment}@example.org");
}
