using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdConventionTests(SnowflakeTestStore store) : ScdConventionTests<SnowflakeTestStore>(store);
