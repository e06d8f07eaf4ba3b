using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal sealed class RowsAgainstImporter : IComparison
{
    private OrderServer _server = null!;

    public string Name => "postgres-rows-importer";

    public string Description => "Typed rows by our binary COPY; the driver's NpgsqlBinaryImporter with typed writes, into the same table.";

    public double? Bar => 1.8;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows) => _server = await OrderServer.CreateAsync(rows);

    public Task ResetAsync() => _server.EmptyAsync();

    public Task RunOursAsync() => _server.AppendAsync(_server.Orders);

    public Task RunTheirsAsync() => _server.ImportByDriverAsync();

    public Task<string> DigestAsync() => _server.DigestAsync("orders");

    public ValueTask DisposeAsync() => _server is null ? ValueTask.CompletedTask : _server.DisposeAsync();
}
