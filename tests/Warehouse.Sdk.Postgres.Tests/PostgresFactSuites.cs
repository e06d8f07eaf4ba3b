using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Tests;

public sealed class PostgresFactAppendTests(PostgresTestStore store) : FactAppendTests<PostgresTestStore>(store);

public sealed class PostgresFactPartitionTests(PostgresTestStore store) : FactPartitionTests<PostgresTestStore>(store);

public sealed class PostgresFactIntervalTests(PostgresTestStore store) : FactIntervalTests<PostgresTestStore>(store);

public sealed class PostgresFactCorrectionTests(PostgresTestStore store) : FactCorrectionTests<PostgresTestStore>(store);

public sealed class PostgresFactCombineTests(PostgresTestStore store) : FactCombineTests<PostgresTestStore>(store);

public sealed class PostgresFactLookupPolicyTests(PostgresTestStore store) : FactLookupPolicyTests<PostgresTestStore>(store);

public sealed class PostgresFactMetamorphicTests(PostgresTestStore store) : FactMetamorphicTests<PostgresTestStore>(store);

public sealed class PostgresFactRealDataTests(PostgresTestStore store) : FactRealDataTests<PostgresTestStore>(store);
