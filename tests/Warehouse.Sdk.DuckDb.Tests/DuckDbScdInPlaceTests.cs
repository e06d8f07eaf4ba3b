using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdInPlaceTests(DuckDbTestStore store) : ScdInPlaceTests<DuckDbTestStore>(store);
