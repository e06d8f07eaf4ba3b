using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeCaseValueTests(SnowflakeTestStore store) : CaseValueTests<SnowflakeTestStore>(store);

public sealed class SnowflakeCaseKeyTests(SnowflakeTestStore store) : CaseKeyTests<SnowflakeTestStore>(store);

public sealed class SnowflakeCaseHistoryTests(SnowflakeTestStore store) : CaseHistoryTests<SnowflakeTestStore>(store);

public sealed class SnowflakeOptionalKeyTests(SnowflakeTestStore store) : OptionalKeyTests<SnowflakeTestStore>(store);

public sealed class SnowflakePurgeTests(SnowflakeTestStore store) : PurgeTests<SnowflakeTestStore>(store);
