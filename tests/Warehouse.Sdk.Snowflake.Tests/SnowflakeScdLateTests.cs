using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdLateTests(SnowflakeTestStore store) : ScdLateTests<SnowflakeTestStore>(store);
