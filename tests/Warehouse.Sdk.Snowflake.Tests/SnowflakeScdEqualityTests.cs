using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdEqualityTests(SnowflakeTestStore store) : ScdEqualityTests<SnowflakeTestStore>(store);
