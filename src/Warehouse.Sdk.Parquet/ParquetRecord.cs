using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Parquet;

/// <summary>One row of a row group.</summary>
internal sealed class ParquetRecord(int fields) : ValueRecord
{
    public ParquetColumn?[] Columns { get; } = new ParquetColumn?[fields];

    /// <summary>The row in its group, from 0.</summary>
    public int Row { get; set; } = -1;

    public string? Text(int field) => Value(field) is { } value ? InvariantText.Of(value) : null;

    public override bool IsNull(int field) => Columns[field]?.IsNull(Row) ?? true;

    protected override object? Value(int field) => Columns[field]?[Row];
}
