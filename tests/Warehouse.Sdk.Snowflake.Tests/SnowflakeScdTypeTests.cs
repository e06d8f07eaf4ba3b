using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdTypeTests(SnowflakeTestStore store) : ScdTypeTests<SnowflakeTestStore>(store);
