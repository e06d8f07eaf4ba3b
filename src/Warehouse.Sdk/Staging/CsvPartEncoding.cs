using System.IO.Compression;
using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Rows as CSV files.</summary>
internal sealed class CsvPartEncoding(CsvFormat format, IReadOnlyList<string> names, Compression compression, CompressionLevel level) : TextPartEncoding("csv", compression, level)
{
    protected override byte[] Header { get; } = format.HasHeader ? HeaderLine(format, names) : [];

    public override RowBlocks<TRow> Take<TRow>(IReadOnlyList<FeedColumn> columns) => new LineBlocks<TRow, CsvLineBuffer>(new CsvLineBuffer(format), columns);

    private static byte[] HeaderLine(CsvFormat format, IReadOnlyList<string> names)
    {
        using var line = new CsvLineBuffer(format);
        line.BeginRow();
        for (int column = 0; column < names.Count; column++)
            line.WriteText(column, names[column]);
        line.EndRow();
        using ByteBlock block = line.Seal();
        return block.Span.ToArray();
    }
}

/// <summary>Rows as files of JSON lines.</summary>
internal sealed class JsonPartEncoding(IReadOnlyList<string> names, Compression compression, CompressionLevel level) : TextPartEncoding("jsonl", compression, level)
{
    protected override byte[] Header { get; } = [];

    public override RowBlocks<TRow> Take<TRow>(IReadOnlyList<FeedColumn> columns) => new LineBlocks<TRow, JsonLineBuffer>(new JsonLineBuffer(names), columns);
}

/// <summary>Takes rows into lines.</summary>
internal sealed class LineBlocks<TRow, TLines>(TLines lines, IReadOnlyList<FeedColumn> columns) : RowBlocks<TRow>
    where TLines : LineBuffer
{
    private readonly Action<TRow, TLines> _write = RowWriter<TLines>.For<TRow>(columns, 0, WriteValue);

    public override int Column => lines.Column;

    public override int Rows => lines.Rows;

    public override bool IsFull => lines.IsFull;

    public override void Add(TRow row)
    {
        lines.BeginRow();
        _write(row, lines);
        lines.EndRow();
    }

    public override PartBlock Seal() => lines.Seal();

    public override void Dispose() => lines.Dispose();

    private static MethodCallExpression WriteValue(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression sink)
    {
        return Expression.Call(sink, $"Write{column.Column.Type.Kind}", null, index, value);
    }
}
