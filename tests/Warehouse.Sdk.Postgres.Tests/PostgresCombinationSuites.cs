using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Tests;

public sealed class PostgresMiniDimensionTests(PostgresTestStore store) : MiniDimensionTests<PostgresTestStore>(store);

public sealed class PostgresMiniDimensionRuleTests(PostgresTestStore store) : MiniDimensionRuleTests<PostgresTestStore>(store);

public sealed class PostgresMiniDimensionRandomTests(PostgresTestStore store) : MiniDimensionRandomTests<PostgresTestStore>(store);

public sealed class PostgresJunkDimensionTests(PostgresTestStore store) : JunkDimensionTests<PostgresTestStore>(store);
