namespace Warehouse.Sdk.Benchmarks.History;

public sealed record CustomerRow(long CustomerId, string Name, string Email, string Street, string City, string Country, int Segment);
