using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdTypeTests(DuckDbTestStore store) : ScdTypeTests<DuckDbTestStore>(store);
