using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbCaseValueTests(DuckDbTestStore store) : CaseValueTests<DuckDbTestStore>(store);

public sealed class DuckDbCaseKeyTests(DuckDbTestStore store) : CaseKeyTests<DuckDbTestStore>(store);

public sealed class DuckDbCaseHistoryTests(DuckDbTestStore store) : CaseHistoryTests<DuckDbTestStore>(store);

public sealed class DuckDbOptionalKeyTests(DuckDbTestStore store) : OptionalKeyTests<DuckDbTestStore>(store);
