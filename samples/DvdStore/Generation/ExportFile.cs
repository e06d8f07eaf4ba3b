using System.Buffers;
using System.Globalization;
using System.Text;

namespace DvdStore.Generation;

/// <summary>One CSV file, written row by row: UTF-8 without BOM, LF, RFC 4180 quotes only where needed, NULL as an empty field.</summary>
internal sealed class ExportFile : IDisposable
{
    private static readonly SearchValues<char> MustBeQuoted = SearchValues.Create(",\"\r\n");

    private readonly StreamWriter _writer;
    private bool _inRow;

    public ExportFile(string path, string header)
    {
        Path = path;
        _writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        WriteLine(header);
    }

    public string Path { get; }

    /// <summary>Number of lines written so far, the header included: no generated field holds a line break.</summary>
    public int Lines { get; private set; }

    public ExportFile Add(string? value)
    {
        Separate();
        if (value is null)
            return this;
        bool quote = value.Length == 0 || value.AsSpan().ContainsAny(MustBeQuoted);
        _writer.Write(quote ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : value);
        return this;
    }

    public ExportFile Add(int value) => AddFormatted(value, default);

    public ExportFile Add(int? value) => value is { } number ? Add(number) : Add((string?)null);

    public ExportFile Add(decimal value) => AddFormatted(value, "0.00");

    public ExportFile Add(DateOnly value) => AddFormatted(value, "yyyy-MM-dd");

    public ExportFile Add(DateTime value) => AddFormatted(value, "yyyy-MM-dd HH:mm:ss");

    public ExportFile Add(DateTime? value) => value is { } time ? Add(time) : Add((string?)null);

    public ExportFile Add(bool value) => Add(value ? "true" : "false");

    public void EndRow()
    {
        _inRow = false;
        WriteLine("");
    }

    /// <summary>Writes a line as it is, which is how malformed rows get in.</summary>
    public void WriteLine(string line)
    {
        _writer.WriteLine(line);
        Lines++;
    }

    public void Dispose() => _writer.Dispose();

    private ExportFile AddFormatted<T>(T value, ReadOnlySpan<char> format)
        where T : ISpanFormattable
    {
        Separate();
        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out int length, format, CultureInfo.InvariantCulture);
        _writer.Write(text[..length]);
        return this;
    }

    private void Separate()
    {
        if (_inRow)
            _writer.Write(',');
        _inRow = true;
    }
}
