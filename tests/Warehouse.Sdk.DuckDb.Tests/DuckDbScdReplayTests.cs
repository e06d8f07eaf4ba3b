using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdReplayTests(DuckDbTestStore store) : ScdReplayTests<DuckDbTestStore>(store);
