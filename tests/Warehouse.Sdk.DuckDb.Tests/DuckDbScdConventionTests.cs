using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbScdConventionTests(DuckDbTestStore store) : ScdConventionTests<DuckDbTestStore>(store);
