using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdSnapshotTests(DuckDbTestStore store) : ScdSnapshotTests<DuckDbTestStore>(store);
