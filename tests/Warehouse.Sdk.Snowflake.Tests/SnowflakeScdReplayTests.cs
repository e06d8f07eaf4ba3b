using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdReplayTests(SnowflakeTestStore store) : ScdReplayTests<SnowflakeTestStore>(store);
