using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Tests;

public sealed class PostgresAtomicityTests(PostgresTestStore store) : AtomicityTests<PostgresTestStore>(store);

public sealed class PostgresConcurrencyTests(PostgresTestStore store) : ConcurrencyTests<PostgresTestStore>(store);

public sealed class PostgresLedgerTests(PostgresTestStore store) : LedgerTests<PostgresTestStore>(store);

public sealed class PostgresLandingTests(PostgresTestStore store) : LandingTests<PostgresTestStore>(store);

public sealed class PostgresSourceTests(PostgresTestStore store) : SourceTests<PostgresTestStore>(store);

public sealed class PostgresTypeRoundTripTests(PostgresTestStore store) : TypeRoundTripTests<PostgresTestStore>(store);

public sealed class PostgresTypeRejectionTests(PostgresTestStore store) : TypeRejectionTests<PostgresTestStore>(store);

public sealed class PostgresTextAndNumberTests(PostgresTestStore store) : TextAndNumberTests<PostgresTestStore>(store);

public sealed class PostgresDeploymentTests(PostgresTestStore store) : DeploymentTests<PostgresTestStore>(store);

public sealed class PostgresPhysicalOptionTests(PostgresTestStore store) : PhysicalOptionTests<PostgresTestStore>(store);

public sealed class PostgresDependencyInjectionTests(PostgresTestStore store) : DependencyInjectionTests<PostgresTestStore>(store);

public sealed class PostgresBadFileTests(PostgresTestStore store) : BadFileTests<PostgresTestStore>(store);

public sealed class PostgresStageTests(PostgresTestStore store) : StageTests<PostgresTestStore>(store);

public sealed class PostgresFactRepointTests(PostgresTestStore store) : FactRepointTests<PostgresTestStore>(store);

public sealed class PostgresFactWatermarkTests(PostgresTestStore store) : FactWatermarkTests<PostgresTestStore>(store);

public sealed class PostgresFactUpsertTests(PostgresTestStore store) : FactUpsertTests<PostgresTestStore>(store);

public sealed class PostgresFactRefreshTests(PostgresTestStore store) : FactRefreshTests<PostgresTestStore>(store);

public sealed class PostgresFactGrainTests(PostgresTestStore store) : FactGrainTests<PostgresTestStore>(store);

public sealed class PostgresFactLookupTests(PostgresTestStore store) : FactLookupTests<PostgresTestStore>(store);

public sealed class PostgresBridgeTests(PostgresTestStore store) : BridgeTests<PostgresTestStore>(store);

public sealed class PostgresScdBatchTests(PostgresTestStore store) : ScdBatchTests<PostgresTestStore>(store);

public sealed class PostgresScdConventionTests(PostgresTestStore store) : ScdConventionTests<PostgresTestStore>(store);

public sealed class PostgresScdDeleteTests(PostgresTestStore store) : ScdDeleteTests<PostgresTestStore>(store);

public sealed class PostgresScdEqualityTests(PostgresTestStore store) : ScdEqualityTests<PostgresTestStore>(store);

public sealed class PostgresScdKeyTests(PostgresTestStore store) : ScdKeyTests<PostgresTestStore>(store);

public sealed class PostgresScdLateTests(PostgresTestStore store) : ScdLateTests<PostgresTestStore>(store);

public sealed class PostgresScdMetamorphicTests(PostgresTestStore store) : ScdMetamorphicTests<PostgresTestStore>(store);

public sealed class PostgresRealSnapshotTests(PostgresTestStore store) : RealSnapshotTests<PostgresTestStore>(store);

public sealed class PostgresScdPropertyTests(PostgresTestStore store) : ScdPropertyTests<PostgresTestStore>(store);

public sealed class PostgresScdReplayTests(PostgresTestStore store) : ScdReplayTests<PostgresTestStore>(store);

public sealed class PostgresScdInPlaceTests(PostgresTestStore store) : ScdInPlaceTests<PostgresTestStore>(store);

public sealed class PostgresScdSnapshotTests(PostgresTestStore store) : ScdSnapshotTests<PostgresTestStore>(store);

public sealed class PostgresScdTimeTests(PostgresTestStore store) : ScdTimeTests<PostgresTestStore>(store);

public sealed class PostgresScdTypeTests(PostgresTestStore store) : ScdTypeTests<PostgresTestStore>(store);

public sealed class PostgresVerificationTests(PostgresTestStore store) : VerificationTests<PostgresTestStore>(store);

public sealed class PostgresTimeTravelTests(PostgresTestStore store) : TimeTravelTests<PostgresTestStore>(store);

public sealed class PostgresScdCurrentValueTests(PostgresTestStore store) : ScdCurrentValueTests<PostgresTestStore>(store);

public sealed class PostgresScdChangeReasonTests(PostgresTestStore store) : ScdChangeReasonTests<PostgresTestStore>(store);

public sealed class PostgresDurableKeyTests(PostgresTestStore store) : DurableKeyTests<PostgresTestStore>(store);

public sealed class PostgresSeparateHistoryTests(PostgresTestStore store) : SeparateHistoryTests<PostgresTestStore>(store);

public sealed class PostgresRetypeTests(PostgresTestStore store) : RetypeTests<PostgresTestStore>(store);

public sealed class PostgresAccumulatingSnapshotTests(PostgresTestStore store) : AccumulatingSnapshotTests<PostgresTestStore>(store);

public sealed class PostgresPeriodicSnapshotTests(PostgresTestStore store) : PeriodicSnapshotTests<PostgresTestStore>(store);

public sealed class PostgresAggregateFactTests(PostgresTestStore store) : AggregateFactTests<PostgresTestStore>(store);

public sealed class PostgresComposedSourceTests(PostgresTestStore store) : ComposedSourceTests<PostgresTestStore>(store);

public sealed class PostgresBridgeHistoryTests(PostgresTestStore store) : BridgeHistoryTests<PostgresTestStore>(store);

public sealed class PostgresHierarchyBridgeTests(PostgresTestStore store) : HierarchyBridgeTests<PostgresTestStore>(store);

public sealed class PostgresRekeyReferenceTests(PostgresTestStore store) : RekeyReferenceTests<PostgresTestStore>(store);

public sealed class PostgresCascadeTests(PostgresTestStore store) : CascadeTests<PostgresTestStore>(store);

public sealed class PostgresSnapshotMetamorphicTests(PostgresTestStore store) : SnapshotMetamorphicTests<PostgresTestStore>(store);

public sealed class PostgresFactlessFactTests(PostgresTestStore store) : FactlessFactTests<PostgresTestStore>(store);

public sealed class PostgresFileSourceTests(PostgresTestStore store) : FileSourceTests<PostgresTestStore>(store);

public sealed class PostgresFileFormatTests(PostgresTestStore store) : FileFormatTests<PostgresTestStore>(store);

public sealed class PostgresStageWriterTests(PostgresTestStore store) : StageWriterTests<PostgresTestStore>(store);

public sealed class PostgresRejectReplayTests(PostgresTestStore store) : RejectReplayTests<PostgresTestStore>(store);
