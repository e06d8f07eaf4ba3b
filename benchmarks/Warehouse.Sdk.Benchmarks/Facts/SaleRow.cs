namespace Warehouse.Sdk.Benchmarks.Facts;

internal sealed record SaleRow(long SaleId, DateTime SoldAt, long CustomerId, long ProductId, int StoreId, int ChannelId, int PromotionId, int Quantity, decimal Amount);

internal sealed record MemberRow(long Id, string Label, DateTime ChangedAt);

internal sealed record SmallMemberRow(int Id, string Label);
