using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Warehouse.Sdk.Snowflake;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>
/// Rows of one column as lines of CSV, a type at a time: values written as UTF-8 into a pooled buffer, for files on a stage and for Snowflake's COPY, against a
/// string for each value and a <see cref="StreamWriter"/>. All give the same bytes; JSON is checked for Snowflake only.
/// </summary>
[MemoryDiagnoser]
public class EncodeLineValues
{
    private const int Rows = 1000;

    private readonly SnowflakeLineBuffer _snowflakeLines = new();
    private readonly MemoryStream _bytes = new();
    private readonly StreamWriter _text;
    private ValueRow[] _rows = [];
    private LineBlocks<ValueRow, CsvLineBuffer> _lines = null!;
    private Action<ValueRow, SnowflakeLineBuffer> _write = null!;
    private Func<ValueRow, string> _format = null!;

    public EncodeLineValues() => _text = new StreamWriter(_bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    [Params(ColumnKind.Boolean, ColumnKind.BigInt, ColumnKind.Decimal, ColumnKind.Double, ColumnKind.Text, ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.Uuid, ColumnKind.Json, ColumnKind.Bytes)]
    public ColumnKind Kind { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _rows = ValueTable.Rows(Rows);
        _lines = new LineBlocks<ValueRow, CsvLineBuffer>(new CsvLineBuffer(CsvFormat.Default), [ValueTable.Column(Kind)]);
        _write = SnowflakeRowWriter.For<ValueRow>([ValueTable.Column(Kind)], 0);
        _format = FormatOf(Kind);
        String_per_value();
        using ByteBlock csv = TakeLines(), snowflake = TakeSnowflakeLines();
        SameWork.Expect(_bytes.ToArray(), csv.Span.ToArray());
        SameWork.Expect(_bytes.ToArray(), snowflake.Span.ToArray());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public long String_per_value()
    {
        _bytes.SetLength(0);
        foreach (ValueRow row in _rows)
        {
            _text.Write(_format(row));
            _text.Write('\n');
        }

        _text.Flush();
        return _bytes.Length;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Csv_lines()
    {
        using ByteBlock block = TakeLines();
        return block.Length;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Snowflake_lines()
    {
        using ByteBlock block = TakeSnowflakeLines();
        return block.Length;
    }

    private ByteBlock TakeLines()
    {
        foreach (ValueRow row in _rows)
            _lines.Add(row);
        return (ByteBlock)_lines.Seal();
    }

    private ByteBlock TakeSnowflakeLines()
    {
        foreach (ValueRow row in _rows)
        {
            _snowflakeLines.BeginRow();
            _write(row, _snowflakeLines);
            _snowflakeLines.EndRow();
        }

        return _snowflakeLines.Seal();
    }

    private static Func<ValueRow, string> FormatOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => row => row.IsTrue ? "true" : "false",
        ColumnKind.BigInt => row => row.Whole.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Decimal => row => row.Amount.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Double => row => row.Weight.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Text => row => Quoted(row.Comment),
        ColumnKind.Date => row => row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnKind.Timestamp => row => row.At.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        ColumnKind.Uuid => row => row.Id.ToString(),
        ColumnKind.Json => row => Quoted(row.Document),
        ColumnKind.Bytes => row => Convert.ToHexStringLower(row.Content),
        _ => throw new NotSupportedException($"{kind}"),
    };

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
