using System.Data;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>What a statement gives: rows in memory, or a reader of DuckDB's that is still open.</summary>
internal sealed class EmulatedResult : IDisposable
{
    private readonly DuckDBCommand? _command;
    private bool[]? _isWhole;

    private EmulatedResult(int affected, IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows) => (Affected, Columns, Rows) = (affected, columns, rows);

    public EmulatedResult(DuckDBCommand command, DuckDBDataReader reader)
    {
        (_command, Reader, Affected) = (command, reader, -1);
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => StoredNames.Decode(reader.GetName(ordinal)))];
        Rows = [];
    }

    public DuckDBDataReader? Reader { get; }

    public int Affected { get; }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<object?[]> Rows { get; }

    public static EmulatedResult Of(int affected, IReadOnlyList<string> columns, params object?[][] rows) => new(affected, columns, rows);

    public static EmulatedResult Status(string text) => Of(0, ["status"], [text]);

    /// <summary>Whether a column is a NUMBER without digits behind the point, which the driver gives as Int64.</summary>
    public bool IsWhole(int ordinal)
        => (_isWhole ??= [.. Reader!.GetSchemaTable()!.Rows.Cast<DataRow>().Select(column => column["NumericScale"] is byte and 0 or short and 0 or int and 0)])[ordinal];

    public void Dispose()
    {
        Reader?.Dispose();
        _command?.Dispose();
    }
}
