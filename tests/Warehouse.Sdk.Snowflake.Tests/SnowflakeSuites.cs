using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeAtomicityTests(SnowflakeTestStore store) : AtomicityTests<SnowflakeTestStore>(store);

public sealed class SnowflakeConcurrencyTests(SnowflakeTestStore store) : ConcurrencyTests<SnowflakeTestStore>(store);

public sealed class SnowflakeLedgerTests(SnowflakeTestStore store) : LedgerTests<SnowflakeTestStore>(store);

public sealed class SnowflakeLandingTests(SnowflakeTestStore store) : LandingTests<SnowflakeTestStore>(store);

public sealed class SnowflakeSourceTests(SnowflakeTestStore store) : SourceTests<SnowflakeTestStore>(store);

public sealed class SnowflakeTypeRoundTripTests(SnowflakeTestStore store) : TypeRoundTripTests<SnowflakeTestStore>(store);

public sealed class SnowflakeTypeRejectionTests(SnowflakeTestStore store) : TypeRejectionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeTextAndNumberTests(SnowflakeTestStore store) : TextAndNumberTests<SnowflakeTestStore>(store);

public sealed class SnowflakeDeploymentTests(SnowflakeTestStore store) : DeploymentTests<SnowflakeTestStore>(store);

public sealed class SnowflakePhysicalOptionTests(SnowflakeTestStore store) : PhysicalOptionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeDependencyInjectionTests(SnowflakeTestStore store) : DependencyInjectionTests<SnowflakeTestStore>(store);

public sealed class SnowflakeBadFileTests(SnowflakeTestStore store) : BadFileTests<SnowflakeTestStore>(store);

public sealed class SnowflakeStageTests(SnowflakeTestStore store) : StageTests<SnowflakeTestStore>(store);

public sealed class SnowflakeVerificationTests(SnowflakeTestStore store) : VerificationTests<SnowflakeTestStore>(store);

public sealed class SnowflakeTimeTravelTests(SnowflakeTestStore store) : TimeTravelTests<SnowflakeTestStore>(store);

public sealed class SnowflakeScdCurrentValueTests(SnowflakeTestStore store) : ScdCurrentValueTests<SnowflakeTestStore>(store);

public sealed class SnowflakeScdChangeReasonTests(SnowflakeTestStore store) : ScdChangeReasonTests<SnowflakeTestStore>(store);

public sealed class SnowflakeRetypeTests(SnowflakeTestStore store) : RetypeTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFileSourceTests(SnowflakeTestStore store) : FileSourceTests<SnowflakeTestStore>(store);

public sealed class SnowflakeFileFormatTests(SnowflakeTestStore store) : FileFormatTests<SnowflakeTestStore>(store);

public sealed class SnowflakeStageWriterTests(SnowflakeTestStore store) : StageWriterTests<SnowflakeTestStore>(store);

public sealed class SnowflakeRejectReplayTests(SnowflakeTestStore store) : RejectReplayTests<SnowflakeTestStore>(store);
