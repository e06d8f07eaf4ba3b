namespace Warehouse.Sdk.Workload;

// What the parcel service's systems deliver. Properties that bad rows leave empty may be NULL.

/// <summary>A client as it is from a time on.</summary>
internal sealed record ClientRow(long? ClientId, string? Email, string? City, int? Tier, DateTime ChangedAt, string Operation);

internal sealed record DepotRow(int DepotId, string Name);

/// <summary>A parcel that a client has sent.</summary>
internal sealed record ParcelRow(long? ParcelId, DateTime SentAt, long? ClientId, int DepotId, int Grams, decimal Price);
