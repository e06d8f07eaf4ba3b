using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdInPlaceTests(SnowflakeTestStore store) : ScdInPlaceTests<SnowflakeTestStore>(store);
