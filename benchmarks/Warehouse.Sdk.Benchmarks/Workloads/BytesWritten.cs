namespace Warehouse.Sdk.Benchmarks.Workloads;

/// <summary>How much an engine has written.</summary>
internal static class BytesWritten
{
    /// <summary>
    /// PostgreSQL: its write-ahead log, in which the benchmark's server keeps no full pages; an unlogged staging table is not in it. DuckDB: the file and its log, which
    /// says by how much they grew and not what was written in place.
    /// </summary>
    public static async Task<long> OfAsync(Engine engine) => engine.IsDuckDb
        ? Directory.EnumerateFiles(engine.Folder, "benchmark.duckdb*").Sum(file => new FileInfo(file).Length)
        : await engine.QueryAsync<long>("SELECT CAST(pg_current_wal_lsn() - '0/0' AS bigint)");

    public static string Describe(Engine engine) => engine.IsDuckDb ? "growth of file and log" : "write-ahead log";

    /// <summary>What the data takes: all tables with their indexes; of DuckDB the file after a checkpoint.</summary>
    public static async Task<long> StoredAsync(Engine engine)
    {
        if (!engine.IsDuckDb)
            return await engine.QueryAsync<long>("SELECT CAST(sum(pg_total_relation_size(c.oid)) AS bigint) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname IN ('business', 'warehouse') AND c.relkind = 'r'");
        await engine.ExecuteAsync("CHECKPOINT");
        return await OfAsync(engine);
    }
}
