using System.Globalization;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Tells which files of a load the ledger knows, and keeps what became of the others.</summary>
internal sealed class FileRecognition(FileLoadSource source, IReadOnlyList<SourceFile> listed)
{
    private readonly List<LoadedFile> _known = [];
    private readonly List<LoadedFile> _loaded = [];
    private readonly List<KeptFile> _kept = [];
    private List<SourceFile>? _unknown;

    public FileLoadSource Source { get; } = source;

    /// <summary>The one file that the load is of; null when it may be of several.</summary>
    public string? SinglePath => Source.Files.IsSingle ? listed[0].Path : null;

    /// <summary>What is to be read.</summary>
    public IReadOnlyList<SourceFile> Unknown => _unknown ?? listed;

    public IReadOnlyList<LoadedFile> Files => [.. _known.Concat(_loaded).OrderBy(file => file.Path, StringComparer.Ordinal)];

    public IReadOnlyList<KeptFile> Kept => _kept;

    /// <returns>The load that loaded all of it before; null when there is something to load.</returns>
    /// <exception cref="WarehouseLoadException">A file has changed, and that is not allowed.</exception>
    public async Task<long?> FindEarlierAsync(StatementRunner runner, ILedgerSql ledger, LoadTarget target, LoadOptions options, Func<DateTime, DateTime> stored, CancellationToken cancellationToken)
    {
        if (listed.Count == 0)
            return null;
        Dictionary<string, Earlier> earlier = await ReadEarlierAsync(runner, ledger, cancellationToken).ConfigureAwait(false);
        List<SourceFile> unknown = [];
        foreach (SourceFile file in listed)
        {
            Earlier? last = earlier.GetValueOrDefault(file.Path);
            if (last is not null && FileFingerprint.IsVersion(last.Sha256) != FileFingerprint.IsVersion(file.Sha256))
                throw ReadOtherwise(file, last);
            bool isAsBefore = last is not null && await IsAsBeforeAsync(file, last, cancellationToken).ConfigureAwait(false);
            if (last is not null && !isAsBefore && options.ChangedFiles == ChangedFile.Refuse)
                throw Changed(file, last);
            bool isKnown = isAsBefore && (options.AsOf is null || Equals(last!.AsOf, stored(options.AsOf.Value.UtcDateTime)));
            if (isKnown)
                _known.Add(new LoadedFile(file.Path, last!.Length, last.Sha256) { KnownFrom = last.LoadId });
            else
                unknown.Add(file);
        }

        if (unknown.Count == 0 && IsOneLoad(target, options, earlier))
            return _known.Max(file => file.KnownFrom);
        if (AddsToWhatIsThere(target, options))
        {
            _unknown = unknown;
            return null;
        }

        _known.Clear();
        return null;
    }

    public void Add(long loadId, LoadTarget target, SourceFile file, FileFingerprint fingerprint, long rows)
    {
        _loaded.Add(new LoadedFile(fingerprint.Path, fingerprint.Length, fingerprint.Sha256) { Rows = rows });
        _kept.Add(new KeptFile(loadId, target.Name.ToString(), fingerprint.Path, fingerprint.Length, fingerprint.Sha256, file.Number == 0 ? null : file.Number, rows));
    }

    // What replaces needs all that the source has, also what it has had for long; what is combined replaces the row of its grain.
    public static bool AddsToWhatIsThere(LoadTarget target, LoadOptions options) => options.Kind == BatchKind.Delta && target switch
    {
        Dimension => true,
        Fact { Definition.Periodic: not null } => false,
        Fact fact => fact.Definition.Accumulating is not null || (fact.Strategy is FactStrategy.Upsert or FactStrategy.Append && !fact.Measures.Any(measure => measure.Combine != Combine.None)),
        ZoneTable table => table.Zone == Zone.Landing || table.Growth.Strategy == FactStrategy.Upsert,
        _ => false,
    };

    private bool IsOneLoad(LoadTarget target, LoadOptions options, Dictionary<string, Earlier> earlier)
    {
        if (AddsToWhatIsThere(target, options))
            return true;
        long[] loads = [.. _known.Select(file => file.KnownFrom!.Value).Distinct()];
        return loads.Length == 1 && earlier.Values.Count(file => file.LoadId == loads[0]) == listed.Count;
    }

    private async Task<Dictionary<string, Earlier>> ReadEarlierAsync(StatementRunner runner, ILedgerSql ledger, CancellationToken cancellationToken)
    {
        runner.Set("path", SinglePath ?? Source.Files.Prefix);
        var rows = await runner.QueryAsync(SinglePath is null ? ledger.FindFiles : ledger.FindFile, cancellationToken).ConfigureAwait(false);
        runner.Set("path", SinglePath);
        return rows.ToDictionary(row => SinglePath ?? (string)row["path"]!, row => new Earlier(
            Convert.ToInt64(row["load_id"], CultureInfo.InvariantCulture),
            Convert.ToInt64(row["length"], CultureInfo.InvariantCulture),
            (string)row["sha256"]!,
            row["as_of"]));
    }

    // Only the last content of a path counts: a file that goes back to an earlier state is news, not a repetition.
    private static async Task<bool> IsAsBeforeAsync(SourceFile file, Earlier last, CancellationToken cancellationToken)
    {
        if (file.Length is { } length && length != last.Length)
            return false;
        FileFingerprint now = await FileLoadSource.FingerprintAsync(file, cancellationToken).ConfigureAwait(false);
        return now.Length == last.Length && now.Sha256 == last.Sha256;
    }

    private static WarehouseLoadException Changed(SourceFile file, Earlier last)
        => new(FormattableString.Invariant($"{file.Path} was loaded by load {last.LoadId} with {last.Length} bytes and another checksum than it has now, and LoadOptions.ChangedFiles says that files do not change. Nothing was loaded. Give the new content a name of its own, or load with ChangedFile.LoadAgain.")) { File = file.Path };

    // A version and a checksum cannot be compared, and a file that counts as new although it is not would be loaded twice.
    private static WarehouseLoadException ReadOtherwise(SourceFile file, Earlier last)
        => new(FormattableString.Invariant($"{file.Path} was loaded by load {last.LoadId} {(FileFingerprint.IsVersion(last.Sha256) ? "in place, and is known by its version on the stage" : "through this process, and is known by its checksum")}; whether it has changed since cannot be told {(FileFingerprint.IsVersion(last.Sha256) ? "when it is read here" : "when it is read in place")}. Nothing was loaded. Load it in the same way as before, or give it another name.")) { File = file.Path };

    private sealed record Earlier(long LoadId, long Length, string Sha256, object? AsOf);
}
