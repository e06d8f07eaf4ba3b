using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdPropertyTests(SnowflakeTestStore store) : ScdPropertyTests<SnowflakeTestStore>(store);

public sealed class SnowflakeScdMetamorphicTests(SnowflakeTestStore store) : ScdMetamorphicTests<SnowflakeTestStore>(store);

public sealed class SnowflakeRealSnapshotTests(SnowflakeTestStore store) : RealSnapshotTests<SnowflakeTestStore>(store);
