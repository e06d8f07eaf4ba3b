using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal sealed class CsvAgainstServer : IComparison
{
    private OrderServer _server = null!;
    private string _filled = string.Empty;

    public string Name => "postgres-csv-copy";

    public string Description => "A CSV file, parsed, checked and encoded in one pass; COPY FROM by the server of the same file.";

    public double? Bar => 1.3;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _server = await OrderServer.CreateAsync(rows);
        await _server.WriteCsvAsync();
    }

    public Task ResetAsync() => _server.EmptyAsync();

    public async Task RunOursAsync()
    {
        await _server.StageCsvAsync();
        _filled = "pg_temp.staged";
    }

    public async Task RunTheirsAsync()
    {
        await _server.CopyByServerAsync();
        _filled = "orders";
    }

    public Task<string> DigestAsync() => _server.DigestAsync(_filled);

    public ValueTask DisposeAsync() => _server is null ? ValueTask.CompletedTask : _server.DisposeAsync();
}
