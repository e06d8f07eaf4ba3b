using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbAtomicityTests(DuckDbTestStore store) : AtomicityTests<DuckDbTestStore>(store);

public sealed class DuckDbConcurrencyTests(DuckDbTestStore store) : ConcurrencyTests<DuckDbTestStore>(store);

public sealed class DuckDbLedgerTests(DuckDbTestStore store) : LedgerTests<DuckDbTestStore>(store);

public sealed class DuckDbLandingTests(DuckDbTestStore store) : LandingTests<DuckDbTestStore>(store);

public sealed class DuckDbSourceTests(DuckDbTestStore store) : SourceTests<DuckDbTestStore>(store);

public sealed class DuckDbTypeRoundTripTests(DuckDbTestStore store) : TypeRoundTripTests<DuckDbTestStore>(store);

public sealed class DuckDbTypeRejectionTests(DuckDbTestStore store) : TypeRejectionTests<DuckDbTestStore>(store);

public sealed class DuckDbTextAndNumberTests(DuckDbTestStore store) : TextAndNumberTests<DuckDbTestStore>(store);

public sealed class DuckDbDeploymentTests(DuckDbTestStore store) : DeploymentTests<DuckDbTestStore>(store);

public sealed class DuckDbPhysicalOptionTests(DuckDbTestStore store) : PhysicalOptionTests<DuckDbTestStore>(store);

public sealed class DuckDbDependencyInjectionTests(DuckDbTestStore store) : DependencyInjectionTests<DuckDbTestStore>(store);

public sealed class DuckDbBadFileTests(DuckDbTestStore store) : BadFileTests<DuckDbTestStore>(store);

public sealed class DuckDbStageTests(DuckDbTestStore store) : StageTests<DuckDbTestStore>(store);

public sealed class DuckDbVerificationTests(DuckDbTestStore store) : VerificationTests<DuckDbTestStore>(store);

public sealed class DuckDbTimeTravelTests(DuckDbTestStore store) : TimeTravelTests<DuckDbTestStore>(store);

public sealed class DuckDbScdCurrentValueTests(DuckDbTestStore store) : ScdCurrentValueTests<DuckDbTestStore>(store);

public sealed class DuckDbScdChangeReasonTests(DuckDbTestStore store) : ScdChangeReasonTests<DuckDbTestStore>(store);

public sealed class DuckDbRetypeTests(DuckDbTestStore store) : RetypeTests<DuckDbTestStore>(store);

public sealed class DuckDbFileSourceTests(DuckDbTestStore store) : FileSourceTests<DuckDbTestStore>(store);

public sealed class DuckDbFileFormatTests(DuckDbTestStore store) : FileFormatTests<DuckDbTestStore>(store);

public sealed class DuckDbStageWriterTests(DuckDbTestStore store) : StageWriterTests<DuckDbTestStore>(store);

public sealed class DuckDbRejectReplayTests(DuckDbTestStore store) : RejectReplayTests<DuckDbTestStore>(store);
