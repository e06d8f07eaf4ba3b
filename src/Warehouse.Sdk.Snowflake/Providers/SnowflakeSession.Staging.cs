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
        string folder = LocalFolder(run);
        Directory.CreateDirectory(folder);
        List<SnowflakePart> parts = [];
        try
        {
            var writer = new SnowflakeStagingWriter<TRow>(feed, rejects, folder, options.PartSize);
            await using (writer.ConfigureAwait(false))
            {
                long read = await writer.WriteAsync(
                    async part =>
                    {
                        if (parts.Count == 0)
                            _uploaded.Add(stage);
                        await PutAsync(part, stage, cancellationToken).ConfigureAwait(false);
                        parts.Add(part);
                        File.Delete(part.File);
                    },
                    cancellationToken).ConfigureAwait(false);
                foreach (SnowflakePart[] some in parts.Chunk(SnowflakeCopySql.MostFiles))
                    await CopyAsync(table, writer.Columns, stage, some, cancellationToken).ConfigureAwait(false);
                return read;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The driver takes a tilde anywhere in a path for the home folder.
    private string LocalFolder(string run)
    {
        string folder = Path.GetFullPath(Path.Combine(options.TemporaryFolder ?? Path.GetTempPath(), run));
        return folder.Contains('~', StringComparison.Ordinal)
            ? throw new WarehouseException($"Rows cannot wait in {folder}: Snowflake's driver takes '~' for the home folder. Nothing was loaded. Name another folder in SnowflakeOptions.TemporaryFolder.") { SystemName = SnowflakeProvider.Name }
            : folder;
    }

    // The driver uploads on the synchronous path only and blocks a thread meanwhile, which must not be one of the pool's.
    private async Task PutAsync(SnowflakePart part, string stage, CancellationToken cancellationToken)
    {
        const int Attempts = 3;
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string status = await Task.Factory.StartNew(() => Put(part, stage), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            if (status is "UPLOADED" or "SKIPPED")
                return;
            if (attempt == Attempts)
                throw new WarehouseException($"{part.Name} could not be uploaded to {stage}: {status}. The load was rolled back. Run it again.") { SystemName = SnowflakeProvider.Name, Target = stage, IsTransient = true };
            await Task.Delay(TimeSpan.FromSeconds(2 * attempt), cancellationToken).ConfigureAwait(false);
        }
    }

    // By place: the driver's columns are not called as the documentation calls them.
    private string Put(SnowflakePart part, string stage)
    {
        const int ResultStatus = 6;
        using DbCommand command = connection.CreateCommand();
        command.CommandText = SnowflakeCopySql.Put(part.File, stage);
        using DbDataReader reader = command.ExecuteReader();
        string status = "no result";
        int rows = 0;
        while (reader.Read())
        {
            rows++;
            status = reader.FieldCount > ResultStatus ? reader.GetString(ResultStatus) : "an unknown result";
        }

        return rows == 1 ? status : FormattableString.Invariant($"{rows} results for one file");
    }

    private async Task CopyAsync(QualifiedName table, IReadOnlyList<Identifier> columns, string stage, SnowflakePart[] parts, CancellationToken cancellationToken)
    {
        string text = SnowflakeCopySql.Copy(table, columns, stage, parts.Select(part => part.Name));
        var rows = await RunAsync(text, new Dictionary<string, object?>(), ReadAllAsync, cancellationToken).ConfigureAwait(false);
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
