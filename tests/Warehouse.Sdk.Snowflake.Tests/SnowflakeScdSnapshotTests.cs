using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdSnapshotTests(SnowflakeTestStore store) : ScdSnapshotTests<SnowflakeTestStore>(store);
