using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbMiniDimensionTests(DuckDbTestStore store) : MiniDimensionTests<DuckDbTestStore>(store);

public sealed class DuckDbMiniDimensionRuleTests(DuckDbTestStore store) : MiniDimensionRuleTests<DuckDbTestStore>(store);

public sealed class DuckDbMiniDimensionRandomTests(DuckDbTestStore store) : MiniDimensionRandomTests<DuckDbTestStore>(store);

public sealed class DuckDbJunkDimensionTests(DuckDbTestStore store) : JunkDimensionTests<DuckDbTestStore>(store);
