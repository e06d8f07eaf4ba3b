using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>When a task runs, and which of several rows of a key it takes.</summary>
public sealed record UpsertTaskOptions
{
    /// <summary>The longest time between two runs: Snowflake takes no more than eight days.</summary>
    public static readonly TimeSpan MaximumEvery = TimeSpan.FromDays(8);

    /// <summary>The warehouse that runs it.</summary>
    public required Identifier Warehouse { get; init; }

    /// <summary>How often it looks for new rows, in whole minutes, from one on. The default is five minutes. It runs only when there are new rows.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The column that says which of several rows of a key is the latest; an older row than the stored one changes nothing. A dimension has it from the model (<c>EffectiveFrom</c>); a table of the
    /// enterprise zone needs it here.
    /// </summary>
    public Identifier? LatestBy { get; init; }

    /// <summary>Starts the task. The default is <see langword="false"/>: Snowflake makes it suspended, and <c>ALTER TASK ... RESUME</c> starts it.</summary>
    public bool Starts { get; init; }

    /// <summary>The name of the stream. The default is the landing table's and the target's, with <c>_stream</c>, in the landing table's schema.</summary>
    public QualifiedName? StreamName { get; init; }

    /// <summary>The name of the task. The default is the landing table's and the target's, with <c>_task</c>, in the landing table's schema.</summary>
    public QualifiedName? TaskName { get; init; }
}
