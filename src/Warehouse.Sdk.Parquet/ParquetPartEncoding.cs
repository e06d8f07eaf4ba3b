using System.Linq.Expressions;
using Parquet;
using Parquet.Schema;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Parquet;

/// <summary>Rows as Parquet files, a row group at a time.</summary>
internal sealed class ParquetPartEncoding : PartEncoding
{
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Zstd };

    private readonly ParquetSchema _schema;
    private readonly DataField[] _fields;

    public ParquetPartEncoding(IReadOnlyList<FeedColumn> columns)
    {
        _fields = [.. columns.Select(column => ParquetValues.FieldOf(column.Column))];
        _schema = new ParquetSchema(_fields);
    }

    public override string Extension => "parquet";

    public override Compression Compression => Compression.None;

    public override RowBlocks<TRow> Take<TRow>(IReadOnlyList<FeedColumn> columns) => new GroupBlocks<TRow>(columns);

    public override PartBlock Prepare(PartBlock block) => block;

    public override async ValueTask<PartFile> BeginAsync(PartStream output, CancellationToken cancellationToken)
        => new GroupFile(await ParquetWriter.CreateAsync(_schema, output, Options, cancellationToken: cancellationToken).ConfigureAwait(false), _fields);

    private sealed class GroupBlocks<TRow>(IReadOnlyList<FeedColumn> columns) : RowBlocks<TRow>
    {
        private readonly ParquetRows _rows = new([.. columns.Select(column => ParquetValues.Of(column.Column.Type))]);
        private readonly Action<TRow, ParquetRows> _write = RowWriter<ParquetRows>.For<TRow>(columns, 0, WriteValue);

        public override int Column => _rows.Column;

        public override int Rows => _rows.Rows;

        public override bool IsFull => _rows.Rows >= ParquetRows.MostRows;

        public override void Add(TRow row)
        {
            try
            {
                _write(row, _rows);
                _rows.EndRow();
            }
            catch
            {
                _rows.DropRow();
                throw;
            }
        }

        public override PartBlock Seal() => _rows.Seal();

        public override void Dispose()
        {
        }

        private static MethodCallExpression WriteValue(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression sink)
        {
            if (value.Type == typeof(ReadOnlySpan<char>))
                value = Expression.Call(value, nameof(ToString), null);
            return Expression.Call(sink, $"Write{column.Column.Type.Kind}", null, index, value);
        }
    }

    private sealed class GroupFile(ParquetWriter writer, DataField[] fields) : PartFile
    {
        public override async ValueTask AddAsync(PartBlock block, CancellationToken cancellationToken)
        {
            using var rows = (ParquetGroup)block;
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int column = 0; column < fields.Length; column++)
                await rows.Columns[column].WriteAsync(group, fields[column], cancellationToken).ConfigureAwait(false);
        }

        public override ValueTask CompleteAsync(CancellationToken cancellationToken) => writer.DisposeAsync();
    }
}
