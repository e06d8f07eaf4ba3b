using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// A stage of Snowflake's, or a folder of one: the place where files wait in front of a table. Names are those of the model: one in small letters is the one
/// that people write without quotes.
/// </summary>
/// <remarks>
/// What each can do (Snowflake's documentation, CREATE STAGE): the user's and a table's stage are there by themselves, always encrypted by the client, and
/// have no grants; files can be loaded in place from all but a table's. Files do not go up to an external stage through Snowflake.
/// </remarks>
public sealed record SnowflakeStage
{
    private SnowflakeStage(SnowflakeStageKind kind, string reference, string folder) => (Kind, Reference, Folder) = (kind, reference, folder);

    /// <summary>The stage of the user who is logged in, <c>@~</c>. It needs no right, and nobody else sees it.</summary>
    public static SnowflakeStage User { get; } = new(SnowflakeStageKind.User, "@~", string.Empty);

    internal SnowflakeStageKind Kind { get; }

    /// <summary>The stage without a path, as statements name it: quoted, but not yet a text constant.</summary>
    internal string Reference { get; }

    /// <summary>The folder in it, with a <c>/</c> at its end; empty for all of it.</summary>
    internal string Folder { get; private init; }

    /// <summary>The stage that belongs to a table, <c>@%table</c>. It needs the ownership of the table, which has to be there.</summary>
    /// <param name="schema">The table's schema.</param>
    /// <param name="table">The table.</param>
    public static SnowflakeStage Table(string schema, string table)
        => new(SnowflakeStageKind.Table, SnowflakeSql.Rules.Sql($"@{Named(schema)}.%{Named(table)}").ToString(), string.Empty);

    /// <summary>A named internal stage. The role needs READ on it, and WRITE to put and to delete.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    public static SnowflakeStage Internal(string schema, string name)
        => new(SnowflakeStageKind.Internal, SnowflakeSql.Rules.Sql($"@{Named(schema)}.{Named(name)}").ToString(), string.Empty);

    /// <summary>A named external stage, over a bucket. The role needs USAGE on it; the files themselves are put by a client of the bucket.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    public static SnowflakeStage External(string schema, string name)
        => new(SnowflakeStageKind.External, SnowflakeSql.Rules.Sql($"@{Named(schema)}.{Named(name)}").ToString(), string.Empty);

    /// <summary>A folder of the stage: paths are then below it, and what is beside it is out of reach.</summary>
    /// <param name="folder">A path without <c>..</c>, such as <c>shop/orders</c>.</param>
    public SnowflakeStage In(string folder)
    {
        string path = StagePath.Check(folder.TrimEnd('/'), nameof(folder)) + "/";
        return this with { Folder = Folder + path };
    }

    /// <summary>The stage and the folder, such as <c>@"LANDING"."FILES"/shop/</c>.</summary>
    public override string ToString() => $"{Reference}/{Folder}";

    // The stage ends where the path begins.
    private static Identifier Named(string name)
        => name.IndexOfAny(['/', '\'', '"', '%']) < 0 ? new Identifier(name) : throw new ArgumentException($"'{name}' cannot be part of a stage's name here: it holds one of / ' \" %, which a path to its files cannot name for sure. Give the stage a name without.", nameof(name));
}

/// <summary>What kind of stage it is.</summary>
internal enum SnowflakeStageKind
{
    User,
    Table,
    Internal,
    External,
}
