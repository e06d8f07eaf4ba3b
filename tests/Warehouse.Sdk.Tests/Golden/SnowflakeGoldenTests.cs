using Warehouse.Sdk.Snowflake;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of every script of the Snowflake dialect.</summary>
public sealed class SnowflakeGoldenTests() : GoldenTests(SnowflakeDialect.Instance, "snowflake");
