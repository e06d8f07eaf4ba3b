using Npgsql;
using Warehouse.Sdk;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Samples;

/// <summary>Where the warehouse is: an engine and a database of it.</summary>
public abstract record SampleTarget
{
    private const string Forms = "--target is duckdb:FILE, postgres:CONNECTION or snowflake-emulator[:FILE]";

    /// <summary>Where the warehouse is, in words without secrets.</summary>
    public abstract string Place { get; }

    /// <summary>What to do when the database holds another warehouse.</summary>
    public abstract string ToStartAnew { get; }

    /// <summary>Where staged files wait.</summary>
    public string StageFolder => FolderFor("stage");

    /// <summary>Where the generated exports are.</summary>
    public string ExportsFolder => FolderFor("exports");

    /// <exception cref="ArgumentException">It cannot be understood; the message says what is expected, and not what was given: that may hold a password.</exception>
    public static SampleTarget Parse(string value) => value.Split(':', 2) switch
    {
        ["duckdb", { Length: > 0 } file] => new DuckDbTarget(file),
        ["postgres", { Length: > 0 } connection] => PostgresTarget.Parse(connection),
        ["snowflake-emulator"] => new SnowflakeEmulatorTarget("snowflake.duckdb"),
        ["snowflake-emulator", { Length: > 0 } file] => new SnowflakeEmulatorTarget(file),
        _ => throw new ArgumentException($"{Forms}; none of them was given."),
    };

    public abstract Task<IWarehouse> OpenAsync(DimensionalModel model, CancellationToken cancellationToken);

    protected abstract string FolderFor(string purpose);

    protected static string Beside(string file, string purpose)
        => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, $"{Path.GetFileNameWithoutExtension(file)}.{purpose}");
}

/// <summary>A DuckDB file; its folders stand beside it.</summary>
public sealed record DuckDbTarget(string File) : SampleTarget
{
    public override string Place => Path.GetFullPath(File);

    public override string ToStartAnew => $"delete {File}, or name another file in --target";

    public override Task<IWarehouse> OpenAsync(DimensionalModel model, CancellationToken cancellationToken)
        => DuckDbWarehouse.OpenAsync(File, model, stageFolder: StageFolder, cancellationToken: cancellationToken);

    protected override string FolderFor(string purpose) => Beside(File, purpose);
}

/// <summary>A PostgreSQL database; its folders are named after it and stand in the current one.</summary>
public sealed record PostgresTarget : SampleTarget
{
    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresTarget(NpgsqlConnectionStringBuilder connection) => _connection = connection;

    public override string Place => $"the PostgreSQL database '{Database}' on {_connection.Host}";

    public override string ToStartAnew => $"drop the database '{Database}' and create it again, or name another one in --target";

    // As the server has it: a database that is not named is the user's.
    private string Database => _connection.Database ?? _connection.Username ?? Environment.UserName;

    public static new PostgresTarget Parse(string connection)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connection);
            if (!string.IsNullOrEmpty(builder.Host))
                return new PostgresTarget(builder);
        }
        catch (ArgumentException)
        {
            // The driver's message may repeat a part of what was given, and that part may be the password.
        }

        throw new ArgumentException("--target postgres: is followed by a connection string such as Host=localhost;Database=shop;Username=me;Password=..., and what was given is none.");
    }

    public override Task<IWarehouse> OpenAsync(DimensionalModel model, CancellationToken cancellationToken)
        => PostgresWarehouse.OpenAsync(_connection.ConnectionString, model, stageFolder: StageFolder, cancellationToken: cancellationToken);

    public override string ToString() => Place;

    protected override string FolderFor(string purpose)
        => Path.GetFullPath($"{string.Join('_', Database.Split(Path.GetInvalidFileNameChars()))}.{purpose}");
}

/// <summary>
/// What the SDK says to Snowflake, answered by the emulator of the SDK's own tests, which keeps the data in a DuckDB file. It shows that a model and its
/// queries run, and nothing about speed.
/// </summary>
public sealed record SnowflakeEmulatorTarget(string File) : SampleTarget
{
    public override string Place => $"the emulated Snowflake account in {Path.GetFullPath(File)}";

    public override string ToStartAnew => $"delete {File} and {File}.stages, or name another file in --target";

    public override Task<IWarehouse> OpenAsync(DimensionalModel model, CancellationToken cancellationToken)
        => SnowflakeWarehouse.OpenAsync($"account={Path.GetFullPath(File)};db=EMULATED", model, options => options.Factory = SnowflakeEmulatorFactory.Instance, stageFolder: StageFolder, cancellationToken: cancellationToken);

    protected override string FolderFor(string purpose) => Beside(File, purpose);
}
