namespace Warehouse.Sdk.Parquet;

/// <summary>Rows taken apart into columns. The methods that take values are called by <see cref="RowWriter{TSink}"/>.</summary>
internal sealed class ParquetRows(ParquetValues[] columns)
{
    /// <summary>As many rows make a group.</summary>
    public const int MostRows = 50_000;

    private ParquetValues[] _columns = columns;

    public int Column { get; private set; }

    public int Rows { get; private set; }

    public void Mark(int column) => Column = column;

    public void EndRow() => Rows++;

    /// <summary>Forgets what was written of the current row.</summary>
    public void DropRow()
    {
        foreach (ParquetValues column in _columns)
            column.CutTo(Rows);
    }

    public ParquetGroup Seal()
    {
        var group = new ParquetGroup(Rows, _columns);
        _columns = [.. _columns.Select(column => column.Anew())];
        Rows = 0;
        return group;
    }

    public void WriteNull(int column) => _columns[column].AddNull();

    public void WriteBoolean(int column, bool value) => Add(column, value);

    public void WriteSmallInt(int column, short value) => Add(column, value);

    public void WriteInteger(int column, int value) => Add(column, value);

    public void WriteBigInt(int column, long value) => Add(column, value);

    public void WriteDecimal(int column, decimal value) => Add(column, value);

    public void WriteDecimal(int column, Numeric value)
        => Add(column, value.TryToDecimal(out decimal number)
            ? number
            : throw new FormatException("a decimal number that Parquet files of .NET do not hold; they have 28 digits"));

    public void WriteReal(int column, float value) => Add(column, value);

    public void WriteDouble(int column, double value) => Add(column, value);

    public void WriteDate(int column, DateOnly value) => Add(column, value);

    public void WriteTime(int column, TimeOnly value) => Add(column, value);

    // Seven digits of a second come in, six go on: what is cut off here would be cut off when it is loaded.
    public void WriteTimestamp(int column, DateTime value) => Add(column, DateTime.SpecifyKind(value, DateTimeKind.Utc));

    public void WriteTimestampTz(int column, DateTime value) => WriteTimestamp(column, value);

    public void WriteInterval(int column, TimeSpan value) => Add(column, value.ToString("c", System.Globalization.CultureInfo.InvariantCulture));

    public void WriteUuid(int column, Guid value) => Add(column, value.ToString());

    public void WriteBytes(int column, byte[] value) => Add(column, value);

    public void WriteChar(int column, string value) => Add(column, value.TrimEnd(' '));

    public void WriteText(int column, string value) => Add(column, value);

    public void WriteJson(int column, string value) => Add(column, value);

    private void Add<T>(int column, T value) => ((ParquetValues<T>)_columns[column]).Add(value);
}

/// <summary>The rows of a row group on their way into a file.</summary>
internal sealed class ParquetGroup(int rows, ParquetValues[] columns) : PartBlock(rows)
{
    public ParquetValues[] Columns { get; } = columns;

    public override void Dispose()
    {
    }
}
