using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdTimeTests(DuckDbTestStore store) : ScdTimeTests<DuckDbTestStore>(store);
