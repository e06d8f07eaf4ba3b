using System.Globalization;
using Dapper;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

/// <summary>What many a service does: a statement a row, all in one transaction. A fiftieth of the rows is enough to see it.</summary>
internal sealed class RowsAgainstDapper : IComparison
{
    private OrderServer _server = null!;
    private string _insert = string.Empty;

    public string Name => "postgres-rows-dapper";

    public string Description => "Typed rows by our binary COPY; Dapper's Execute of an INSERT with the list of rows, in one transaction (a fiftieth of the rows).";

    public double? Bar => null;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _server = await OrderServer.CreateAsync(Math.Max(1, rows / 50));
        _insert = string.Create(CultureInfo.InvariantCulture, $"INSERT INTO orders ({string.Join(", ", _server.Table.SourceColumns.Select(column => column.Name))}) VALUES ({string.Join(", ", _server.Table.SourceColumns.Select(column => $"@{column.Property!.Name}"))})");
    }

    public Task ResetAsync() => _server.EmptyAsync();

    public Task RunOursAsync() => _server.AppendAsync(_server.Orders);

    public async Task RunTheirsAsync()
    {
        await using var transaction = await _server.Connection.BeginTransactionAsync();
        await _server.Connection.ExecuteAsync(_insert, _server.Orders.Select(Values), transaction);
        await transaction.CommitAsync();
    }

    public Task<string> DigestAsync() => _server.DigestAsync("orders");

    public ValueTask DisposeAsync() => _server is null ? ValueTask.CompletedTask : _server.DisposeAsync();

    // Dapper has no parameters of the type DateOnly.
    private static object Values(Order order) => new
    {
        order.OrderId,
        order.CustomerId,
        order.Number,
        order.Customer,
        order.Comment,
        order.Quantity,
        order.Amount,
        order.Weight,
        Day = order.Day.ToDateTime(TimeOnly.MinValue),
        order.At,
        order.IsPaid,
    };
}
