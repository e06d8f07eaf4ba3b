namespace Warehouse.Sdk;

/// <summary>A half-open range <c>[from, to)</c> of a number and the label that stands for it; open where a bound is missing.</summary>
internal sealed record Band(string Label, decimal? From, decimal? To)
{
    public override string ToString()
    {
        string from = From is null ? "(-∞" : FormattableString.Invariant($"[{From}");
        string to = To is null ? "∞" : FormattableString.Invariant($"{To}");
        return $"'{Label}' {from}, {to})";
    }
}
