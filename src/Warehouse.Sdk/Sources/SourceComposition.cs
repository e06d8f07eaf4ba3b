using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>One step of staging a source of several parts.</summary>
/// <param name="Target">What the rows are for.</param>
/// <param name="Source">What is staged by the step; <see langword="null"/> when nothing is read.</param>
/// <param name="Script">The statements.</param>
internal sealed record StageStep(LoadTarget Target, LoadSource? Source, SqlScript Script)
{
    public int Part { get; init; }

    /// <summary>The part's file, or its name where it is none, by which rejects name it.</summary>
    public string? Name { get; init; }

    public string NameParameter => CombinePlan.NameParameter(Part);
}

/// <summary>Plans how the parts of a source are staged one after the other and put together. Does no IO.</summary>
internal sealed class SourceComposition(ISqlDialect dialect)
{
    private int _parts;

    public IReadOnlyList<StageStep> Steps(ComposedLoadSource source, LoadTarget target)
    {
        List<StageStep> steps = [];
        List<(int Number, PartTarget Target)> parts = [];
        foreach (var (part, shape) in source.Parts.Zip(source.Shapes(target)))
        {
            var partTarget = new PartTarget(target, shape);
            bool isComposed = part.Source is ComposedLoadSource;
            if (part.Source is ComposedLoadSource inner)
                steps.AddRange(Steps(inner, partTarget));
            else
                steps.Add(new StageStep(partTarget, part.Source, dialect.Stage(part.Source is SqlLoadSource query ? new StagePlan(partTarget) { Query = SqlText.FromHost(query.Sql) } : new StagePlan(partTarget))));
            int number = ++_parts;
            steps.Add(new StageStep(partTarget, null, dialect.SetAside(new SourcePartPlan(partTarget, number, isComposed))) { Part = number, Name = (part.Source as FileLoadSource)?.Files.Name ?? part.Name });
            parts.Add((number, partTarget));
        }

        steps.Add(new StageStep(target, null, dialect.Combine(new CombinePlan(target, source, parts))));
        return steps;
    }
}
