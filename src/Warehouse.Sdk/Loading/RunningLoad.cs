using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A load under way: what it was asked for, and what is known of it so far.</summary>
internal sealed record RunningLoad(LoadTarget Target, LoadSource Source, LoadOptions Options, FileFingerprint? File, long Started, StatementRunner Runner, IWarehouseSession Session)
{
    public RejectedRows Rejects { get; } = new(Target.Contract.OtherType == OnSchemaChange.Freeze ? RejectPolicy.FailOnFirst : Options.Rejects);

    public SortedSet<string> Ignored { get; } = [];

    public IReadOnlyList<Identifier> Gained { get; init; } = [];

    public HashSet<Identifier> Absent { get; } = [];

    public FileRecognition? Files { get; init; }

    /// <summary>Nothing new landed, or a delta without rows: no target changes because of it, and none is refused for it.</summary>
    public bool SaysNothing
    {
        get
        {
            if (Runner.Counters.GetValueOrDefault(Counters.Read) > 0 || Runner.Counters.GetValueOrDefault(StagePlan.ReadInPlace) > 0)
                return false;
            if (Source is DerivedLoadSource)
                return false;
            return Source is LandedLoadSource || Target switch
            {
                Dimension => Options.Kind == BatchKind.Delta,
                Fact fact => !Options.IsBackfill && Options.EmptyPartitions.Count == 0 && fact.Strategy is FactStrategy.Upsert or FactStrategy.Append or FactStrategy.ReplacePartition,
                ZoneTable table => table.Zone == Zone.Landing || (table.Growth.Strategy == FactStrategy.Upsert && Options.Kind == BatchKind.Delta),
                _ => false,
            };
        }
    }

    /// <summary>Rows that nothing in themselves identifies are known by where they came from.</summary>
    /// <exception cref="WarehouseLoadException">The batch has no name.</exception>
    public string BatchName => Options.BatchId ?? File?.Path ?? Files?.SinglePath ?? (Source is LandedLoadSource landed
        ? FormattableString.Invariant($"{landed.Landing.Name} after load {Runner.Parameters["landed_after"]}")
        : throw new WarehouseLoadException($"The rows of {Target.Name} are known by their batch and line, but this batch has no name, so that it would be doubled if it came again. Nothing was loaded. Give it one in LoadOptions.BatchId, or load it from a file.") { Target = Target.Name.ToString() });
}
