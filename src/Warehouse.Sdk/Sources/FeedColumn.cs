using System.Linq.Expressions;

namespace Warehouse.Sdk.Providers;

/// <summary>A column of a feed.</summary>
/// <param name="Column">Its name and type in the staging table.</param>
/// <param name="Read">
/// Takes a row and returns the value as <see cref="ColumnType.ClrType"/>, as a <see cref="Nullable{T}"/> of it where it may be missing.
/// Throws <see cref="FormatException"/>, <see cref="OverflowException"/> or <see cref="InvalidCastException"/> when the row has no such value.
/// </param>
public sealed record FeedColumn(SourceColumn Column, LambdaExpression Read);
