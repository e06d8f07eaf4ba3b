using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Tests;

public sealed class PostgresCaseValueTests(PostgresTestStore store) : CaseValueTests<PostgresTestStore>(store);

public sealed class PostgresCaseKeyTests(PostgresTestStore store) : CaseKeyTests<PostgresTestStore>(store);

public sealed class PostgresCaseHistoryTests(PostgresTestStore store) : CaseHistoryTests<PostgresTestStore>(store);

public sealed class PostgresOptionalKeyTests(PostgresTestStore store) : OptionalKeyTests<PostgresTestStore>(store);
