using Npgsql;
using NpgsqlTypes;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Benchmarks.Postgres;

/// <summary>A PostgreSQL server of the comparison's own with an empty table of orders, and the rows that go into it by one way or another.</summary>
internal sealed class OrderServer : IAsyncDisposable
{
    private PostgresSession _session = null!;

    private OrderServer(Engine engine, int rows)
    {
        Engine = engine;
        Orders = [.. Enumerable.Range(0, rows).Select(Order.Make)];
        DimensionalModel.Create("benchmark", model => Table = model.Landing<Order>("orders", table => table.Column(order => order.Amount, ColumnType.Decimal(18, 2))));
    }

    public Order[] Orders { get; }

    public ZoneTable<Order> Table { get; private set; } = null!;

    public Engine Engine { get; }

    public NpgsqlConnection Connection => (NpgsqlConnection)_session.Connection;

    public string CsvFile => Path.Combine(Engine.Folder, "orders.csv");

    public static async Task<OrderServer> CreateAsync(int rows)
    {
        Engine engine = await Engine.PostgresAsync();
        return await engine.WithAsync(() => new OrderServer(engine, rows), async server =>
        {
            server._session = (PostgresSession)await engine.Provider.OpenSessionAsync(CancellationToken.None);
            await server.ExecuteAsync("SET DateStyle = 'ISO, YMD'");
        });
    }

    /// <summary>The same table on both sides: what is not logged costs the server least, so that the way there shows most.</summary>
    public async Task EmptyAsync()
    {
        await ExecuteAsync("DROP TABLE IF EXISTS orders");
        await ExecuteAsync("DROP TABLE IF EXISTS pg_temp.staged");
        await ExecuteAsync($"CREATE UNLOGGED TABLE orders ({string.Join(", ", Table.SourceColumns.Select(column => $"{column.Name} {PostgresSql.TypeName(column.Type)}"))})");
        await ExecuteAsync("CREATE TEMP TABLE staged AS SELECT CAST(NULL AS bigint) AS source_line, orders.* FROM orders");
        await ExecuteAsync("CHECKPOINT");
    }

    public async Task AppendAsync(IEnumerable<Order> orders)
    {
        await using var feed = new ObjectFeed<Order>(orders, Table.Rows);
        await _session.AppendAsync(new QualifiedName("public", "orders"), feed, CancellationToken.None);
    }

    /// <summary>As a load reads a file: every field is checked, every row knows its line.</summary>
    public async Task StageCsvAsync()
    {
        var request = new StagingRequest(Table, _session, new RejectedRows(RejectPolicy.FailOnFirst), new LocalStageClient(Engine.Folder), _ => Task.CompletedTask);
        await ((RowLoadSource)Source.Csv(CsvFile)).StageAsync(request, CancellationToken.None);
    }

    public async Task ImportByDriverAsync()
    {
        await using NpgsqlBinaryImporter importer = await Connection.BeginBinaryImportAsync("COPY orders FROM STDIN (FORMAT binary)");
        foreach (Order order in Orders)
        {
            importer.StartRow();
            importer.Write(order.OrderId, NpgsqlDbType.Bigint);
            importer.Write(order.CustomerId, NpgsqlDbType.Integer);
            importer.Write(order.Number, NpgsqlDbType.Text);
            importer.Write(order.Customer, NpgsqlDbType.Text);
            importer.Write(order.Comment, NpgsqlDbType.Text);
            importer.Write(order.Quantity, NpgsqlDbType.Integer);
            importer.Write(order.Amount, NpgsqlDbType.Numeric);
            importer.Write(order.Weight, NpgsqlDbType.Double);
            importer.Write(order.Day, NpgsqlDbType.Date);
            importer.Write(order.At, NpgsqlDbType.Timestamp);
            importer.Write(order.IsPaid, NpgsqlDbType.Boolean);
        }

        await importer.CompleteAsync();
    }

    public async Task WriteCsvAsync()
    {
        await EmptyAsync();
        await AppendAsync(Orders);
        await using (StreamWriter file = File.CreateText(CsvFile))
        {
            using TextReader text = await Connection.BeginTextExportAsync("COPY orders TO STDOUT (FORMAT csv, HEADER)");
            char[] buffer = new char[64 * 1024];
            for (int read = await text.ReadAsync(buffer); read > 0; read = await text.ReadAsync(buffer))
                await file.WriteAsync(buffer.AsMemory(0, read));
        }

        // The server reads it as a user of its own.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Engine.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(CsvFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }
    }

    public Task CopyByServerAsync() => ExecuteAsync($"COPY orders FROM '{CsvFile}' (FORMAT csv, HEADER)");

    public Task<string> DigestAsync(string table) => DigestAsync(table, Connection);

    /// <summary>As the connection sees the table.</summary>
    public async Task<string> DigestAsync(string table, NpgsqlConnection connection)
    {
        string columns = string.Join(", ", Table.SourceColumns.Select(column => column.Name.Value));
        await using NpgsqlCommand command = new($"SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(CAST(ROW({columns}) AS text), 0)), 0) FROM {table}", connection) { CommandTimeout = 0 };
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = new(sql, Connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await Engine.DisposeAsync();
    }
}
