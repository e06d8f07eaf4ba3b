namespace Samples.Tests;

// Each sample on each engine: the answers are the same.

public sealed class DuckDbWalmartSalesTests : WalmartSalesTests<DuckDbEngine>;

public sealed class PostgresWalmartSalesTests : WalmartSalesTests<PostgresEngine>;

public sealed class SnowflakeWalmartSalesTests : WalmartSalesTests<SnowflakeEngine>;

public sealed class DuckDbRetailInventoryTests : RetailInventoryTests<DuckDbEngine>;

public sealed class PostgresRetailInventoryTests : RetailInventoryTests<PostgresEngine>;

public sealed class SnowflakeRetailInventoryTests : RetailInventoryTests<SnowflakeEngine>;

public sealed class DuckDbWorkloadTests : WorkloadTests<DuckDbEngine>;

public sealed class PostgresWorkloadTests : WorkloadTests<PostgresEngine>;
