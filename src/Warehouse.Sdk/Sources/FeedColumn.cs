using System.Linq.Expressions;

namespace Warehouse.Sdk.Providers;

/// <summary>A column of a feed.</summary>
/// <param name="Column">Its name and type in the staging table.</param>
/// <param name="Read">
/// Takes a row and returns the value as <see cref="ColumnType.ClrType"/>, as a <see cref="Nullable{T}"/> of it where it may be missing. A decimal
/// may come as <see cref="Numeric"/> instead, and a text, whether of a text or a JSON column, as a <see cref="ReadOnlySpan{T}"/> of characters.
/// Throws <see cref="FormatException"/>, <see cref="OverflowException"/> or <see cref="InvalidCastException"/> when the row has no such value.
/// </param>
public sealed record FeedColumn(SourceColumn Column, LambdaExpression Read)
{
    /// <summary>Takes a row and tells whether the value is missing; <see langword="null"/> when <see cref="Read"/> itself tells.</summary>
    public LambdaExpression? IsNull { get; init; }
}
