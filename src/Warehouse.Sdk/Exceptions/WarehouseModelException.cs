namespace Warehouse.Sdk;

/// <summary>A model that cannot work. All its problems are listed at once; nothing was created or changed.</summary>
public sealed class WarehouseModelException : WarehouseException
{
    /// <summary>Creates the error.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="problems">Every problem found, each with the place it is at.</param>
    public WarehouseModelException(string model, IReadOnlyList<string> problems)
        : base(Describe(model, problems))
    {
        Target = model;
        Problems = problems;
    }

    internal WarehouseModelException(string message)
        : base(message)
        => Problems = [message];

    /// <summary>Every problem found.</summary>
    public IReadOnlyList<string> Problems { get; }

    private static string Describe(string model, IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        string count = problems.Count == 1 ? "1 problem" : FormattableString.Invariant($"{problems.Count} problems");
        return $"The model '{model}' has {count}:\n  - {string.Join("\n  - ", problems)}";
    }
}
