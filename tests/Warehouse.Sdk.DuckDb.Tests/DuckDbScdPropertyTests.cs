using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdPropertyTests(DuckDbTestStore store) : ScdPropertyTests<DuckDbTestStore>(store);

public sealed class DuckDbScdMetamorphicTests(DuckDbTestStore store) : ScdMetamorphicTests<DuckDbTestStore>(store);

public sealed class DuckDbRealSnapshotTests(DuckDbTestStore store) : RealSnapshotTests<DuckDbTestStore>(store);
