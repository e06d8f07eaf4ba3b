using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeMiniDimensionTests(SnowflakeTestStore store) : MiniDimensionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeMiniDimensionRuleTests(SnowflakeTestStore store) : MiniDimensionRuleTests<SnowflakeTestStore>(store);

public sealed class SnowflakeMiniDimensionRandomTests(SnowflakeTestStore store) : MiniDimensionRandomTests<SnowflakeTestStore>(store);

public sealed class SnowflakeJunkDimensionTests(SnowflakeTestStore store) : JunkDimensionTests<SnowflakeTestStore>(store);
