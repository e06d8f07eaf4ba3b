using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdLateTests(DuckDbTestStore store) : ScdLateTests<DuckDbTestStore>(store);
