using Parquet;
using Parquet.Schema;

namespace Warehouse.Sdk.Parquet;

/// <summary>The values of one column that are to be written, one for each row.</summary>
internal abstract class ParquetValues
{
    public static DataField FieldOf(SourceColumn column) => column.Type.Kind switch
    {
        ColumnKind.Boolean => new DataField<bool?>(column.Name.Value),
        ColumnKind.SmallInt => new DataField<short?>(column.Name.Value),
        ColumnKind.Integer => new DataField<int?>(column.Name.Value),
        ColumnKind.BigInt => new DataField<long?>(column.Name.Value),
        ColumnKind.Decimal => new DecimalDataField(column.Name.Value, column.Type.Precision, column.Type.Scale, isNullable: true),
        ColumnKind.Real => new DataField<float?>(column.Name.Value),
        ColumnKind.Double => new DataField<double?>(column.Name.Value),
        ColumnKind.Date => new DataField<DateOnly?>(column.Name.Value),
        ColumnKind.Time => new DataField<TimeOnly?>(column.Name.Value),
        ColumnKind.Timestamp or ColumnKind.TimestampTz => new DateTimeDataField(column.Name.Value, DateTimeFormat.DateAndTimeMicros, isNullable: true),
        ColumnKind.Bytes => new DataField<byte[]>(column.Name.Value),
        _ => new DataField<string>(column.Name.Value),
    };

    public static ParquetValues Of(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => new OfStruct<bool>(),
        ColumnKind.SmallInt => new OfStruct<short>(),
        ColumnKind.Integer => new OfStruct<int>(),
        ColumnKind.BigInt => new OfStruct<long>(),
        ColumnKind.Decimal => new OfStruct<decimal>(),
        ColumnKind.Real => new OfStruct<float>(),
        ColumnKind.Double => new OfStruct<double>(),
        ColumnKind.Date => new OfStruct<DateOnly>(),
        ColumnKind.Time => new OfStruct<TimeOnly>(),
        ColumnKind.Timestamp or ColumnKind.TimestampTz => new OfStruct<DateTime>(),
        ColumnKind.Bytes => new OfBytes(),
        _ => new OfTexts(),
    };

    public abstract void AddNull();

    public abstract void CutTo(int rows);

    public abstract ParquetValues Anew();

    public abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field, CancellationToken cancellationToken);

    private sealed class OfStruct<T> : ParquetValues<T>
        where T : struct
    {
        private readonly List<T?> _values = [];

        public override void Add(T value) => _values.Add(value);

        public override void AddNull() => _values.Add(null);

        public override void CutTo(int rows) => Cut(_values, rows);

        public override ParquetValues Anew() => new OfStruct<T>();

        public override async Task WriteAsync(ParquetRowGroupWriter group, DataField field, CancellationToken cancellationToken)
            => await group.WriteAsync<T>(field, _values.ToArray().AsMemory(), null, null, cancellationToken).ConfigureAwait(false);
    }

    private sealed class OfTexts : ParquetValues<string>
    {
        private readonly List<string> _values = [];

        public override void Add(string value) => _values.Add(value);

        public override void AddNull() => _values.Add(null!);

        public override void CutTo(int rows) => Cut(_values, rows);

        public override ParquetValues Anew() => new OfTexts();

        public override async Task WriteAsync(ParquetRowGroupWriter group, DataField field, CancellationToken cancellationToken) => await group.WriteAsync(field, _values).ConfigureAwait(false);
    }

    private sealed class OfBytes : ParquetValues<byte[]>
    {
        private readonly List<byte[]> _values = [];

        public override void Add(byte[] value) => _values.Add(value);

        public override void AddNull() => _values.Add(null!);

        public override void CutTo(int rows) => Cut(_values, rows);

        public override ParquetValues Anew() => new OfBytes();

        public override async Task WriteAsync(ParquetRowGroupWriter group, DataField field, CancellationToken cancellationToken) => await group.WriteAsync(field, _values).ConfigureAwait(false);
    }

    private static void Cut<T>(List<T> values, int rows)
    {
        if (values.Count > rows)
            values.RemoveRange(rows, values.Count - rows);
    }
}

/// <summary>The same of one type.</summary>
internal abstract class ParquetValues<T> : ParquetValues
{
    public abstract void Add(T value);
}
