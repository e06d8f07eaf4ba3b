namespace DvdStore.Tests;

// Each store on each engine: the answers are the same.

public sealed class DuckDbGeneratedStoreTests : GeneratedStoreTests<DuckDbEngine>;

public sealed class PostgresGeneratedStoreTests : GeneratedStoreTests<PostgresEngine>;

public sealed class SnowflakeGeneratedStoreTests : GeneratedStoreTests<SnowflakeEngine>;

public sealed class DuckDbSakilaAnswersTests(SakilaAnswersTests<DuckDbEngine>.Loaded loaded) : SakilaAnswersTests<DuckDbEngine>(loaded);

public sealed class PostgresSakilaAnswersTests(SakilaAnswersTests<PostgresEngine>.Loaded loaded) : SakilaAnswersTests<PostgresEngine>(loaded);

public sealed class SnowflakeSakilaAnswersTests(SakilaAnswersTests<SnowflakeEngine>.Loaded loaded) : SakilaAnswersTests<SnowflakeEngine>(loaded);

public sealed class DuckDbSakilaCutsTests : SakilaCutsTests<DuckDbEngine>;

public sealed class PostgresSakilaCutsTests : SakilaCutsTests<PostgresEngine>;

public sealed class SnowflakeSakilaCutsTests : SakilaCutsTests<SnowflakeEngine>;

public sealed class DuckDbSakilaDeltaTests(SakilaDeltaTests<DuckDbEngine>.Loaded loaded) : SakilaDeltaTests<DuckDbEngine>(loaded);

public sealed class PostgresSakilaDeltaTests(SakilaDeltaTests<PostgresEngine>.Loaded loaded) : SakilaDeltaTests<PostgresEngine>(loaded);

public sealed class SnowflakeSakilaDeltaTests(SakilaDeltaTests<SnowflakeEngine>.Loaded loaded) : SakilaDeltaTests<SnowflakeEngine>(loaded);
