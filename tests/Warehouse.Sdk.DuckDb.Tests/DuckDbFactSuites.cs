using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbFactWatermarkTests(DuckDbTestStore store) : FactWatermarkTests<DuckDbTestStore>(store);

public sealed class DuckDbFactUpsertTests(DuckDbTestStore store) : FactUpsertTests<DuckDbTestStore>(store);

public sealed class DuckDbFactRefreshTests(DuckDbTestStore store) : FactRefreshTests<DuckDbTestStore>(store);

public sealed class DuckDbFactGrainTests(DuckDbTestStore store) : FactGrainTests<DuckDbTestStore>(store);

public sealed class DuckDbFactLookupTests(DuckDbTestStore store) : FactLookupTests<DuckDbTestStore>(store);

public sealed class DuckDbFactRepointTests(DuckDbTestStore store) : FactRepointTests<DuckDbTestStore>(store);

public sealed class DuckDbBridgeTests(DuckDbTestStore store) : BridgeTests<DuckDbTestStore>(store);

public sealed class DuckDbDurableKeyTests(DuckDbTestStore store) : DurableKeyTests<DuckDbTestStore>(store);

public sealed class DuckDbSeparateHistoryTests(DuckDbTestStore store) : SeparateHistoryTests<DuckDbTestStore>(store);

public sealed class DuckDbAccumulatingSnapshotTests(DuckDbTestStore store) : AccumulatingSnapshotTests<DuckDbTestStore>(store);

public sealed class DuckDbPeriodicSnapshotTests(DuckDbTestStore store) : PeriodicSnapshotTests<DuckDbTestStore>(store);

public sealed class DuckDbAggregateFactTests(DuckDbTestStore store) : AggregateFactTests<DuckDbTestStore>(store);

public sealed class DuckDbComposedSourceTests(DuckDbTestStore store) : ComposedSourceTests<DuckDbTestStore>(store);

public sealed class DuckDbBridgeHistoryTests(DuckDbTestStore store) : BridgeHistoryTests<DuckDbTestStore>(store);

public sealed class DuckDbHierarchyBridgeTests(DuckDbTestStore store) : HierarchyBridgeTests<DuckDbTestStore>(store);

public sealed class DuckDbRekeyReferenceTests(DuckDbTestStore store) : RekeyReferenceTests<DuckDbTestStore>(store);

public sealed class DuckDbCascadeTests(DuckDbTestStore store) : CascadeTests<DuckDbTestStore>(store);

public sealed class DuckDbSnapshotMetamorphicTests(DuckDbTestStore store) : SnapshotMetamorphicTests<DuckDbTestStore>(store);

public sealed class DuckDbFactlessFactTests(DuckDbTestStore store) : FactlessFactTests<DuckDbTestStore>(store);

public sealed class DuckDbFactAppendTests(DuckDbTestStore store) : FactAppendTests<DuckDbTestStore>(store);

public sealed class DuckDbFactPartitionTests(DuckDbTestStore store) : FactPartitionTests<DuckDbTestStore>(store);

public sealed class DuckDbFactIntervalTests(DuckDbTestStore store) : FactIntervalTests<DuckDbTestStore>(store);

public sealed class DuckDbFactCorrectionTests(DuckDbTestStore store) : FactCorrectionTests<DuckDbTestStore>(store);

public sealed class DuckDbFactCombineTests(DuckDbTestStore store) : FactCombineTests<DuckDbTestStore>(store);

public sealed class DuckDbFactLookupPolicyTests(DuckDbTestStore store) : FactLookupPolicyTests<DuckDbTestStore>(store);

public sealed class DuckDbFactMetamorphicTests(DuckDbTestStore store) : FactMetamorphicTests<DuckDbTestStore>(store);

public sealed class DuckDbFactRealDataTests(DuckDbTestStore store) : FactRealDataTests<DuckDbTestStore>(store);
