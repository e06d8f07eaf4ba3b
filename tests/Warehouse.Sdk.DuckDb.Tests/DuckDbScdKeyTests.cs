using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdKeyTests(DuckDbTestStore store) : ScdKeyTests<DuckDbTestStore>(store);
