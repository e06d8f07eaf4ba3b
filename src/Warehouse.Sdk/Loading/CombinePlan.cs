using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>The staged rows of one part of a source, to be put aside.</summary>
public sealed record SourcePartPlan
{
    internal SourcePartPlan(LoadTarget target, int number, bool isPlaced) => (Target, Number, IsPlaced) = (target, number, isPlaced);

    /// <summary>The table whose source columns the part has.</summary>
    public LoadTarget Target { get; }

    /// <summary>The number of the part, from 1.</summary>
    public int Number { get; }

    /// <summary>True when the rows were put together from parts already, so that their lines say which.</summary>
    public bool IsPlaced { get; }

    /// <summary>The part's private table.</summary>
    /// <param name="number">The number of the part.</param>
    public static Identifier Table(int number) => FormattableString.Invariant($"part_{number}");

    /// <summary>A line carries the number of its part above this many bits.</summary>
    public const int LineBits = 40;

    /// <summary>Lines that fit below the number of a part, or of a file.</summary>
    internal const long LinesOfPart = 1L << LineBits;
}

/// <summary>The parts of a source, to be put together in the staging table.</summary>
public sealed record CombinePlan
{
    internal CombinePlan(LoadTarget target, ComposedLoadSource source, IReadOnlyList<(int Number, PartTarget Target)> parts)
        => (Target, Source, Parts) = (target, source, parts);

    /// <summary>The table that the rows are for.</summary>
    public LoadTarget Target { get; }

    internal ComposedLoadSource Source { get; }

    internal IReadOnlyList<(int Number, PartTarget Target)> Parts { get; }

    /// <summary>The parameter that holds the file or name of a part.</summary>
    /// <param name="number">The number of the part.</param>
    public static string NameParameter(int number) => FormattableString.Invariant($"{LoadParameters.PartPrefix}{number}");
}
