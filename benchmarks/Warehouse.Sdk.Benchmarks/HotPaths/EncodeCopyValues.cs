using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Warehouse.Sdk.Postgres;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>
/// Rows of one column in PostgreSQL's binary COPY format, a type at a time: values written into the bytes that are sent, against an array for each value and a
/// <see cref="BinaryWriter"/>. Both give the same bytes; JSON is checked by both.
/// </summary>
[MemoryDiagnoser]
public class EncodeCopyValues
{
    private const int Rows = 1000;

    private readonly PostgresCopyBuffer _buffer = new();
    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;
    private byte[] _spare = ArrayPool<byte>.Shared.Rent(PostgresCopyBuffer.RentedLength);
    private ValueRow[] _rows = [];
    private Action<ValueRow, PostgresCopyBuffer> _write = null!;
    private Func<ValueRow, byte[]> _encode = null!;

    public EncodeCopyValues() => _writer = new BinaryWriter(_bytes);

    [Params(ColumnKind.Boolean, ColumnKind.BigInt, ColumnKind.Decimal, ColumnKind.Double, ColumnKind.Text, ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.Uuid, ColumnKind.Json, ColumnKind.Bytes)]
    public ColumnKind Kind { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _rows = ValueTable.Rows(Rows);
        _write = PostgresRowWriter.For<ValueRow>([ValueTable.Column(Kind)], 0);
        _encode = EncoderOf(Kind);
        Array_per_value();
        Copy_buffer();
        SameWork.Expect(_bytes.ToArray(), _spare.AsSpan(0, (int)_bytes.Length).ToArray());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public long Array_per_value()
    {
        _bytes.SetLength(0);
        foreach (ValueRow row in _rows)
        {
            byte[] value = _encode(row);
            _writer.Write(BinaryPrimitives.ReverseEndianness((short)1));
            _writer.Write(BinaryPrimitives.ReverseEndianness(value.Length));
            _writer.Write(value);
        }

        return _bytes.Length;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Copy_buffer()
    {
        foreach (ValueRow row in _rows)
        {
            _buffer.BeginRow(1);
            _write(row, _buffer);
            _buffer.EndRow();
        }

        ArraySegment<byte> rows = _buffer.Take(_spare);
        _spare = rows.Array!;
        return rows.Count;
    }

    private static Func<ValueRow, byte[]> EncoderOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => row => [row.IsTrue ? (byte)1 : (byte)0],
        ColumnKind.BigInt => row => BigEndian(BitConverter.GetBytes(row.Whole)),
        ColumnKind.Decimal => row => Numeric(row.Amount),
        ColumnKind.Double => row => BigEndian(BitConverter.GetBytes(row.Weight)),
        ColumnKind.Text => row => Encoding.UTF8.GetBytes(row.Comment),
        ColumnKind.Date => row => BigEndian(BitConverter.GetBytes(row.Day.DayNumber - new DateOnly(2000, 1, 1).DayNumber)),
        ColumnKind.Timestamp => row => BigEndian(BitConverter.GetBytes((row.At - new DateTime(2000, 1, 1)).Ticks / TimeSpan.TicksPerMicrosecond)),
        ColumnKind.Uuid => row => row.Id.ToByteArray(bigEndian: true),
        ColumnKind.Json => row => Document(row.Document),
        ColumnKind.Bytes => row => row.Content,
        _ => throw new NotSupportedException($"{kind}"),
    };

    private static byte[] BigEndian(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }

    private static byte[] Document(string json)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        using JsonDocument document = JsonDocument.Parse(utf8);
        return [1, .. utf8];
    }

    // Groups of four digits around the point, from the text of the number: the column has four places.
    private static byte[] Numeric(decimal value)
    {
        string digits = Math.Abs(value).ToString("0.0000", CultureInfo.InvariantCulture).Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('0');
        digits = digits.PadLeft((digits.Length + 3) / 4 * 4, '0');
        List<short> groups = [.. digits.Chunk(4).Select(group => short.Parse(group, CultureInfo.InvariantCulture))];
        int weight = groups.Count == 0 ? 0 : groups.Count - 2;
        while (groups is [.., 0])
            groups.RemoveAt(groups.Count - 1);
        return [.. Short((short)groups.Count), .. Short((short)weight), .. Short(groups.Count > 0 && value < 0 ? (short)0x4000 : (short)0), .. Short(4), .. groups.SelectMany(Short)];
    }

    private static byte[] Short(short value) => BigEndian(BitConverter.GetBytes(value));
}
