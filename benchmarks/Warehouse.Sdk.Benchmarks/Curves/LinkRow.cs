namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>A row that may name twelve members.</summary>
internal sealed record LinkRow(long Id, DateTime At, int K01, int K02, int K03, int K04, int K05, int K06, int K07, int K08, int K09, int K10, int K11, int K12, int Amount);

/// <summary>A member of any of the twelve.</summary>
internal sealed record LinkedMember(int Id, string Label);
