using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeFactWatermarkTests(SnowflakeTestStore store) : FactWatermarkTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactUpsertTests(SnowflakeTestStore store) : FactUpsertTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactRefreshTests(SnowflakeTestStore store) : FactRefreshTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactGrainTests(SnowflakeTestStore store) : FactGrainTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactLookupTests(SnowflakeTestStore store) : FactLookupTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactRepointTests(SnowflakeTestStore store) : FactRepointTests<SnowflakeTestStore>(store);

public sealed class SnowflakeBridgeTests(SnowflakeTestStore store) : BridgeTests<SnowflakeTestStore>(store);

public sealed class SnowflakeDurableKeyTests(SnowflakeTestStore store) : DurableKeyTests<SnowflakeTestStore>(store);

public sealed class SnowflakeSeparateHistoryTests(SnowflakeTestStore store) : SeparateHistoryTests<SnowflakeTestStore>(store);

public sealed class SnowflakeAccumulatingSnapshotTests(SnowflakeTestStore store) : AccumulatingSnapshotTests<SnowflakeTestStore>(store);

public sealed class SnowflakePeriodicSnapshotTests(SnowflakeTestStore store) : PeriodicSnapshotTests<SnowflakeTestStore>(store);

public sealed class SnowflakeAggregateFactTests(SnowflakeTestStore store) : AggregateFactTests<SnowflakeTestStore>(store);

public sealed class SnowflakeComposedSourceTests(SnowflakeTestStore store) : ComposedSourceTests<SnowflakeTestStore>(store);

public sealed class SnowflakeBridgeHistoryTests(SnowflakeTestStore store) : BridgeHistoryTests<SnowflakeTestStore>(store);

public sealed class SnowflakeHierarchyBridgeTests(SnowflakeTestStore store) : HierarchyBridgeTests<SnowflakeTestStore>(store);

public sealed class SnowflakeRekeyReferenceTests(SnowflakeTestStore store) : RekeyReferenceTests<SnowflakeTestStore>(store);

public sealed class SnowflakeCascadeTests(SnowflakeTestStore store) : CascadeTests<SnowflakeTestStore>(store);

public sealed class SnowflakeSnapshotMetamorphicTests(SnowflakeTestStore store) : SnapshotMetamorphicTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactlessFactTests(SnowflakeTestStore store) : FactlessFactTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactAppendTests(SnowflakeTestStore store) : FactAppendTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactPartitionTests(SnowflakeTestStore store) : FactPartitionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactIntervalTests(SnowflakeTestStore store) : FactIntervalTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactCorrectionTests(SnowflakeTestStore store) : FactCorrectionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactCombineTests(SnowflakeTestStore store) : FactCombineTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactLookupPolicyTests(SnowflakeTestStore store) : FactLookupPolicyTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactMetamorphicTests(SnowflakeTestStore store) : FactMetamorphicTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFactRealDataTests(SnowflakeTestStore store) : FactRealDataTests<SnowflakeTestStore>(store);
