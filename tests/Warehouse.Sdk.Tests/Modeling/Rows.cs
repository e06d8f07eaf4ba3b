namespace Warehouse.Sdk.Tests;

// Source rows of a small shop, enough for every kind of table.

public sealed record CustomerRow(int CustomerId, DateOnly? CreatedOn, string? FirstName, string? Email, string? City, int? StoreId, string? Segment, DateTime ChangedAt);

public sealed record ProductRow(string Sku, string? Title);

public sealed record TagRow(int TagId, string? Label);

public sealed record AccountRow(string BankCode, int AccountNo, string? Owner, long Lsn, string? Op, DateTime ChangedAt);

public sealed record SaleRow(long SaleId, int? CustomerId, string? Sku, DateTime SoldAt, DateTime? ReturnedAt, short Quantity, decimal? Amount, string? Channel);

public sealed record ProductTagRow(string Sku, int TagId, decimal Share);

public sealed record SubscriberRow(int SubscriberId, string? City, double? Minutes, bool? IsPrepaid, string? Region, int? Level, string? Op, DateTime ChangedAt);

public sealed record CallRow(long CallId, int? SubscriberId, DateTime CalledAt, bool? IsFree, string? Network, int Seconds);
