using DuckDB.NET.Data;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// JSON in one form, as a function of the engine: DuckDB keeps a value as it was written and has nothing that compares two of them by what they
/// say. It is registered when a file is opened, once per process and file.
/// </summary>
internal static class DuckDbCanonicalJson
{
    public const string Function = "warehouse_sdk_canonical_json";

    private static readonly Lock Gate = new();

    /// <param name="connection">Not in a transaction: others that look for the function must find it, and two that make it at once would be in conflict.</param>
    public static void EnsureRegistered(DuckDBConnection connection)
    {
        lock (Gate)
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM duckdb_functions() WHERE function_name = '{Function}'";
            if (command.ExecuteScalar() is not 0L)
                return;
            connection.RegisterScalarFunction<string, string>(Function, (readers, writer, rows) =>
            {
                for (ulong row = 0; row < rows; row++)
                {
                    if (readers[0].IsValid(row))
                        writer.WriteValue(JsonText.Canonical(readers[0].GetValue<string>(row)), row);
                    else
                        writer.WriteNull(row);
                }
            });
        }
    }
}
