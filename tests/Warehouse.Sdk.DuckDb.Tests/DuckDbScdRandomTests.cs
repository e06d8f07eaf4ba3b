using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdRandomTests(DuckDbTestStore store) : ScdRandomTests<DuckDbTestStore>(store);
