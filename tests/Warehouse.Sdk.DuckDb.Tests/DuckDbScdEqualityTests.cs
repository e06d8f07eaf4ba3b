using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdEqualityTests(DuckDbTestStore store) : ScdEqualityTests<DuckDbTestStore>(store);
