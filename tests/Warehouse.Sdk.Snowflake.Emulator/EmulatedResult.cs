using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>What a statement gives: rows in memory, or a reader of DuckDB's that is still open.</summary>
internal sealed class EmulatedResult : IDisposable
{
    private readonly DuckDBCommand? _command;

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

    public void Dispose()
    {
        Reader?.Dispose();
        _command?.Dispose();
    }
}
