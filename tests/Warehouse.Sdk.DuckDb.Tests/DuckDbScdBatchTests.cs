using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdBatchTests(DuckDbTestStore store) : ScdBatchTests<DuckDbTestStore>(store);
