using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeScdBatchTests(SnowflakeTestStore store) : ScdBatchTests<SnowflakeTestStore>(store);
