using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbAtomicityTests(DuckDbTestStore store) : AtomicityTests<DuckDbTestStore>(store);

public sealed class DuckDbConcurrencyTests(DuckDbTestStore store) : ConcurrencyTests<DuckDbTestStore>(store);

public sealed class DuckDbLedgerTests(DuckDbTestStore store) : LedgerTests<DuckDbTestStore>(store);

public sealed class DuckDbLandingTests(DuckDbTestStore store) : LandingTests<DuckDbTestStore>(store);

public sealed class DuckDbSourceTests(DuckDbTestStore store) : SourceTests<DuckDbTestStore>(store);
