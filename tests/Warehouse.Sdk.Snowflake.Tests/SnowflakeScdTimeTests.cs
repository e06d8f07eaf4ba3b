using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdTimeTests(SnowflakeTestStore store) : ScdTimeTests<SnowflakeTestStore>(store);
