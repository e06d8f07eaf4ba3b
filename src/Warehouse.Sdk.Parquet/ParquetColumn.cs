using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace Warehouse.Sdk.Parquet;

/// <summary>The values of one column in one row group.</summary>
internal abstract class ParquetColumn
{
    public abstract object? this[int row] { get; }

    public abstract bool IsNull(int row);

    public static Task<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
        => Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => ReadAsync<bool>(group, field, rows, cancellationToken),
            TypeCode.SByte => ReadAsync<sbyte>(group, field, rows, cancellationToken),
            TypeCode.Byte => ReadAsync<byte>(group, field, rows, cancellationToken),
            TypeCode.Int16 => ReadAsync<short>(group, field, rows, cancellationToken),
            TypeCode.UInt16 => ReadAsync<ushort>(group, field, rows, cancellationToken),
            TypeCode.Int32 => ReadAsync<int>(group, field, rows, cancellationToken),
            TypeCode.UInt32 => ReadAsync<uint>(group, field, rows, cancellationToken),
            TypeCode.Int64 => ReadAsync<long>(group, field, rows, cancellationToken),
            TypeCode.UInt64 => ReadAsync<ulong>(group, field, rows, cancellationToken),
            TypeCode.Single => ReadAsync<float>(group, field, rows, cancellationToken),
            TypeCode.Double => ReadAsync<double>(group, field, rows, cancellationToken),
            TypeCode.Decimal => ReadAsync<decimal>(group, field, rows, cancellationToken),
            TypeCode.DateTime => ReadAsync<DateTime>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>) => ReadAsync<ReadOnlyMemory<char>>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(DateOnly) => ReadAsync<DateOnly>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(TimeOnly) => ReadAsync<TimeOnly>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(TimeSpan) => ReadAsync<TimeSpan>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(Guid) => ReadAsync<Guid>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(BigInteger) => ReadAsync<BigInteger>(group, field, rows, cancellationToken),
            _ when field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>) => ReadAsync<ReadOnlyMemory<byte>>(group, field, rows, cancellationToken),
            _ => throw new InvalidDataException($"the field '{field.Path}' is of the type {field.ClrType.Name}, which no column takes"),
        };

    // Values and levels as they are in the file: what is missing has no value, whatever part of its path is missing.
    private static async Task<ParquetColumn> ReadAsync<T>(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
        where T : struct
    {
        var values = new T[rows];
        int[]? levels = field.MaxDefinitionLevel > 0 ? new int[rows] : null;
        await group.ReadRawAsync<T>(field, values, levels is null ? default(Memory<int>?) : levels, null, cancellationToken).ConfigureAwait(false);
        if (levels is not null)
            Spread(values, levels, field.MaxDefinitionLevel);
        return new Values<T>(values, levels, field.MaxDefinitionLevel);
    }

    private static void Spread<T>(T[] values, int[] levels, int whole)
    {
        int from = levels.Count(level => level == whole);
        for (int row = levels.Length - 1; row >= 0 && from <= row; row--)
        {
            if (levels[row] == whole)
                values[row] = values[--from];
        }
    }

    private sealed class Values<T>(T[] values, int[]? levels, int whole) : ParquetColumn
    {
        public override bool IsNull(int row) => levels is not null && levels[row] != whole;

        public override object? this[int row] => IsNull(row) ? null : values[row] switch
        {
            ReadOnlyMemory<char> text => text.ToString(),
            ReadOnlyMemory<byte> bytes => bytes.ToArray(),
            var value => value,
        };
    }
}
