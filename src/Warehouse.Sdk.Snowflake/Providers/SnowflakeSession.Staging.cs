using System.Data.Common;
using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Rows from outside: part files, the stage, COPY into the run's own table, and what COPY says held against what was written.</summary>
internal sealed partial class SnowflakeSession
{
    public async Task<long> StageAsync<TRow>(LoadTarget target, RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        return await CopyAsync(Physical(SnowflakeSql.Staged), feed, rejects, cancellationToken).ConfigureAwait(false);
    }

    public async Task AppendAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        _hasWritten = true;
        await CopyAsync(table, feed, rejects: null, cancellationToken).ConfigureAwait(false);
    }

    private QualifiedName Physical(QualifiedName work)
    {
        string name = _names.Physical(SnowflakeSql.Rules.Sql($"{work}").ToString());
        return new QualifiedName(work.Schema, SnowflakeIdentifierRules.Logical(name[(name.IndexOf('.', StringComparison.Ordinal) + 2)..^1]));
    }

    private async Task<long> CopyAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, RejectedRows? rejects, CancellationToken cancellationToken)
    {
        string run = $"warehouse_sdk/{Guid.NewGuid():N}";
        string stage = SnowflakeCopySql.Folder(options.Stage, run);
        string folder = SnowflakeLocalFolder.Create(options.TemporaryFolder, run);
        List<SnowflakePart> parts = [];
        try
        {
            var uploads = new SnowflakeUploads(connection, connections, options, stage, _tag);
            await using (uploads.ConfigureAwait(false))
            {
                var writer = new SnowflakeStagingWriter<TRow>(feed, rejects, folder, options.PartSize);
                await using (writer.ConfigureAwait(false))
                {
                    long read = await writer.WriteAsync(
                        async part =>
                        {
                            if (parts.Count == 0)
                                _uploaded.Add(stage);
                            parts.Add(part);
                            await uploads.SendAsync(part, cancellationToken).ConfigureAwait(false);
                        },
                        cancellationToken).ConfigureAwait(false);
                    await uploads.CompleteAsync().ConfigureAwait(false);
                    if (parts.Count > 0)
                        await ExpectUploadedAsync(stage, parts, table, cancellationToken).ConfigureAwait(false);
                    foreach (SnowflakePart[] some in parts.Chunk(SnowflakeCopySql.MostFiles))
                        await CopyAsync(table, writer.Columns, stage, some, cancellationToken).ConfigureAwait(false);
                    return read;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What is in the folder is what was sent, no file less and none more: what a driver says of an upload has been wrong before.</summary>
    private async Task ExpectUploadedAsync(string stage, List<SnowflakePart> parts, QualifiedName table, CancellationToken cancellationToken)
    {
        var rows = await RunAsync(SnowflakeCopySql.List(stage), new Dictionary<string, object?>(), ReadAllAsync, cancellationToken).ConfigureAwait(false);
        Dictionary<string, long> there = rows.ToDictionary(row => Path.GetFileName((string)row["name"]!), row => Convert.ToInt64(row["size"], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        foreach (SnowflakePart part in parts)
        {
            if (!there.Remove(part.Name, out long size) || !SnowflakeListing.IsSizeOf(size, part.Length))
                throw Mismatch(FormattableString.Invariant($"{part.Name} was sent to {stage} with {part.Length} bytes, and LIST {(size == 0 ? "does not have it" : $"says {size}")}. The load was rolled back. Run it again."), isTransient: true);
        }

        if (there.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } other)
            throw Mismatch($"The folder {stage} of this load holds '{other}', which is not in its manifest: somebody else put it there. The load was rolled back. Run it again, and let nobody write below warehouse_sdk/.", isTransient: false);

        WarehouseLoadException Mismatch(string message, bool isTransient) => new(message) { SystemName = SnowflakeProvider.Name, Target = table.ToString(), Step = "stage-rows", IsTransient = isTransient };
    }

    private async Task CopyAsync(QualifiedName table, IReadOnlyList<Identifier> columns, string stage, SnowflakePart[] parts, CancellationToken cancellationToken)
    {
        string text = SnowflakeCopySql.Copy(table, columns, stage, parts.Select(part => part.Name));
        var rows = await RunAsync(text, new Dictionary<string, object?>(), ReadAllAsync, cancellationToken).ConfigureAwait(false);
        if (rows.FirstOrDefault(row => row.TryGetValue("status", out object? status) && status is "PARTIALLY_LOADED" or "LOAD_FAILED") is { } partial)
            throw new WarehouseLoadException($"COPY reports {Path.GetFileName((string)partial["file"]!)} as {partial["status"]}. The load was rolled back. Run it again.") { SystemName = SnowflakeProvider.Name, Target = table.ToString(), Step = "stage-rows", IsTransient = true };
        // With nothing to load the result has another shape.
        Dictionary<string, long> loaded = rows
            .Where(row => row.ContainsKey("rows_loaded"))
            .ToDictionary(row => Path.GetFileName((string)row["file"]!), row => Convert.ToInt64(row["rows_loaded"], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        foreach (SnowflakePart part in parts)
        {
            if (!loaded.TryGetValue(part.Name, out long found) || found != part.Rows)
            {
                throw new WarehouseLoadException(FormattableString.Invariant($"{part.Name} was written with {part.Rows} rows, and COPY reports {(loaded.ContainsKey(part.Name) ? found : 0)} of them loaded. The load was rolled back. Run it again."))
                {
                    SystemName = SnowflakeProvider.Name,
                    Target = table.ToString(),
                    Step = "stage-rows",
                    IsTransient = true,
                };
            }
        }

        if (loaded.Count != parts.Length)
            throw new WarehouseLoadException($"COPY from {stage} reports files that are not in the manifest. The load was rolled back. Run it again.") { SystemName = SnowflakeProvider.Name, Target = table.ToString(), Step = "stage-rows" };
    }

    // They are of no use to anybody: whoever runs the load again sends them again.
    private async Task RemoveUploadsAsync()
    {
        foreach (string stage in _uploaded)
        {
            try
            {
                await RunAsync(SnowflakeCopySql.Remove(stage), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (error is DbException or InvalidOperationException)
            {
                // What is left behind costs storage and nothing else.
            }
        }

        _uploaded.Clear();
    }
}
