using Warehouse.Sdk.DuckDb;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of every script of the DuckDB dialect.</summary>
public sealed class DuckDbGoldenTests() : GoldenTests(DuckDbDialect.Instance, "duckdb");
