using System.Globalization;
using System.Text;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Rows that were rejected before, read again from the reject table. They are claimed first, so that each is replayed once.</summary>
internal sealed class RejectLoadSource(RejectReplay replay) : LoadSource(replay.LoadId is { } load ? FormattableString.Invariant($"rejected rows of load {load}") : "rejected rows")
{
    public RejectReplay Replay { get; } = replay;

    /// <returns>The number of rows read, with those rejected again.</returns>
    public async Task<long> StageAsync(StagingRequest request, StatementRunner runner, ILedgerSql ledger, CancellationToken cancellationToken)
    {
        var path = new PathColumns(Replay.Files);
        long read = 0;
        runner.Set("of_load", Replay.LoadId);
        await request.Session.ExecuteAsync(ledger.ClaimRejects, runner.Parameters, cancellationToken).ConfigureAwait(false);
        for (long after = 0; ;)
        {
            runner.Set("after_line", after);
            ClaimedReject[] claimed = [.. (await runner.QueryAsync(ledger.ReadClaimed, cancellationToken).ConfigureAwait(false)).Select(ClaimedReject.Of)];
            if (claimed.Length == 0)
                return read;
            after = claimed[^1].Number;
            foreach (ClaimedReject[] rows in Runs(claimed))
                read += await StageAsync(request, rows, path, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> StageAsync(StagingRequest request, ClaimedReject[] rows, PathColumns path, CancellationToken cancellationToken)
    {
        string[] header = rows[0].RawHeader is { } names ? [names] : [];
        byte[] content = (rows[0].RawHeader is null ? Encoding.UTF8 : Replay.Csv.Encoding).GetBytes(string.Join('\n', header.Concat(rows.Select(row => row.RawRow))));
        CsvFormat csv = Replay.Csv with { HasHeader = true, Compression = Compression.None, IgnoreExtraColumns = true };
        FileFormat format = rows[0].RawHeader is null ? JsonLinesFormat.Default with { IgnoreExtraKeys = true } : csv;
        var file = new FileReading(new SourceFile(rows[0].File ?? "rejected rows", _ => Task.FromResult<Stream>(new MemoryStream(content))), format, rows[0].File is null ? FileReadOptions.Default : Replay.Files, rows[0].File is null ? new PathColumns(FileReadOptions.Default) : path)
        {
            Claimed = rows,
        };
        await using (file.ConfigureAwait(false))
            return await format.StageAsync(file, request, cancellationToken).ConfigureAwait(false);
    }

    // Rows of one file, with one header, that follow one another.
    private static IEnumerable<ClaimedReject[]> Runs(ClaimedReject[] rows)
    {
        for (int start = 0, end; start < rows.Length; start = end)
        {
            for (end = start + 1; end < rows.Length && rows[end].File == rows[start].File && rows[end].RawHeader == rows[start].RawHeader;)
                end++;
            yield return rows[start..end];
        }
    }
}

/// <summary>A rejected row that is being replayed.</summary>
/// <param name="Number">Its number in the replay, from 1.</param>
/// <param name="File">The file it came from.</param>
/// <param name="Line">Its line there.</param>
/// <param name="RawRow">The row as received.</param>
/// <param name="RawHeader">The names of its fields, where it does not name them itself.</param>
internal sealed record ClaimedReject(long Number, string? File, long? Line, string RawRow, string? RawHeader)
{
    /// <summary>Lines of replayed rows are told from lines of files by this.</summary>
    public const long FirstLine = SourcePartPlan.LinesOfPart;

    public static ClaimedReject Of(IReadOnlyDictionary<string, object?> row) => new(
        Convert.ToInt64(row["replay_line"], CultureInfo.InvariantCulture),
        (string?)row["file"],
        row["line"] is { } line ? Convert.ToInt64(line, CultureInfo.InvariantCulture) : null,
        (string)row["raw_row"]!,
        (string?)row["raw_header"]);
}
