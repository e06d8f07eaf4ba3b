using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.Mapping;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal sealed class RowsAgainstLinq2Db : IComparison
{
    private OrderServer _server = null!;
    private DataConnection _linq = null!;

    public string Name => "postgres-rows-linq2db";

    public string Description => "Typed rows by our binary COPY; linq2db's BulkCopy (ProviderSpecific), into the same table.";

    public double? Bar => 2.5;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _server = await OrderServer.CreateAsync(rows);
        var builder = new FluentMappingBuilder(new MappingSchema());
        EntityMappingBuilder<Order> order = builder.Entity<Order>().HasTableName("orders");
        foreach (SourceColumn column in _server.Table.SourceColumns)
            order.HasAttribute(column.Property!, new ColumnAttribute(column.Name.Value) { DataType = column.Type.Kind == ColumnKind.Timestamp ? DataType.DateTime2 : DataType.Undefined });
        builder.Build();
        _linq = new DataConnection(new DataOptions()
            .UseConnection(PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _server.Connection, disposeConnection: false)
            .UseMappingSchema(builder.MappingSchema));
    }

    public Task ResetAsync() => _server.EmptyAsync();

    public Task RunOursAsync() => _server.AppendAsync(_server.Orders);

    public Task RunTheirsAsync() => _linq.BulkCopyAsync(new BulkCopyOptions { BulkCopyType = BulkCopyType.ProviderSpecific }, _server.Orders);

    public Task<string> DigestAsync() => _server.DigestAsync("orders");

    public async ValueTask DisposeAsync()
    {
        if (_linq is not null)
            await _linq.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
