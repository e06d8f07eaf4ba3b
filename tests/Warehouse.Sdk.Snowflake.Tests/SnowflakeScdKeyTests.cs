using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdKeyTests(SnowflakeTestStore store) : ScdKeyTests<SnowflakeTestStore>(store);
