using Warehouse.Sdk.Benchmarks.Comparing;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Benchmarks.Facts;

/// <summary>The part of a load that looks keys up and inserts, as planned, against the bare statement by hand.</summary>
internal sealed class ResolveAgainstInsert(string name, Func<int, Task<SaleWarehouse>> open) : IComparison
{
    private const string FirstStep = "take-versions", LastStep = "insert-new-rows";

    private readonly Dictionary<string, object?> _parameters = new() { ["load_id"] = 1L, ["target"] = "business.fact_sale", ["path"] = null, ["started_at"] = new DateTime(2026, 1, 1) };
    private SaleWarehouse _sales = null!;
    private IWarehouseSession? _session;
    private IReadOnlyList<SqlStatement> _timed = [];
    private bool _isOurTurn = true;
    private string _table = string.Empty;

    public string Name => name;

    public string Description => "Looking up the keys of six links, two of them versioned, and inserting: the load's own statements; one INSERT ... SELECT by hand with the same joins.";

    // At most one and a half times as long.
    public double? Bar => 0.667;

    public string Engine => _sales.Engine.Name;

    public async Task PrepareAsync(int rows) => _sales = await open(rows);

    public async Task ResetAsync()
    {
        await _sales.EmptyAsync();
        if (_isOurTurn)
            await ReadBatchAsync();
        _isOurTurn = !_isOurTurn;
    }

    public async Task RunOursAsync()
    {
        _table = "business.fact_sale";
        foreach (SqlStatement statement in _timed)
            await RunAsync(statement);
        await _session!.CommitAsync(CancellationToken.None);
        await _session.DisposeAsync();
        _session = null;
    }

    public Task RunTheirsAsync()
    {
        _table = "hand_sale";
        return _sales.Engine.ExecuteAsync(SaleWarehouse.InsertByHand);
    }

    public Task<string> DigestAsync() => _sales.DigestAsync(_table);

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        if (_sales is not null)
            await _sales.DisposeAsync();
    }

    // What comes before is not timed: the batch is staged and its grain is checked.
    private async Task ReadBatchAsync()
    {
        LoadPlan plan = await _sales.Warehouse.PlanAsync(_sales.Sale, Source.Query("SELECT * FROM source_sale"));
        SqlStatement[] statements = [.. plan.Statements];
        int first = Array.FindIndex(statements, statement => statement.Name == FirstStep);
        int last = Array.FindIndex(statements, statement => statement.Name == LastStep);
        _timed = statements[first..(last + 1)];
        _session = await _sales.Engine.Provider.OpenSessionAsync(CancellationToken.None);
        await _session.BeginAsync([_sales.Sale.Name.ToString()], CancellationToken.None);
        foreach (SqlStatement statement in statements[..first].Where(statement => statement.OnlyIf is null))
            await RunAsync(statement);
    }

    private Task RunAsync(SqlStatement statement) => statement.Kind == StatementKind.Execute
        ? _session!.ExecuteAsync(statement, _parameters, CancellationToken.None)
        : _session!.QueryAsync(statement, _parameters, CancellationToken.None);
}
