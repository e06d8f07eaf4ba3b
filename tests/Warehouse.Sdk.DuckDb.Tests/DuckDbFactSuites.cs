using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbFactWatermarkTests(DuckDbTestStore store) : FactWatermarkTests<DuckDbTestStore>(store);
