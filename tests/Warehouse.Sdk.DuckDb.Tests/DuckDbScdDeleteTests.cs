using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdDeleteTests(DuckDbTestStore store) : ScdDeleteTests<DuckDbTestStore>(store);
