namespace Warehouse.Sdk;

/// <summary>Collects what is wrong with a model, so that all of it is told at once.</summary>
internal sealed class ModelProblems
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string place, string problem) => _all.Add($"{place}: {problem}");

    public void Expect(bool condition, string place, string problem)
    {
        if (!condition)
            Add(place, problem);
    }
}
