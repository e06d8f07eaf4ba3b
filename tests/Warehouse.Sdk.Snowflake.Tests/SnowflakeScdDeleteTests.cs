using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdDeleteTests(SnowflakeTestStore store) : ScdDeleteTests<SnowflakeTestStore>(store);
