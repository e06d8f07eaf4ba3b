using Warehouse.Sdk.Postgres;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of every script of the PostgreSQL dialect.</summary>
public sealed class PostgresGoldenTests() : GoldenTests(PostgresDialect.Instance, "postgres");
