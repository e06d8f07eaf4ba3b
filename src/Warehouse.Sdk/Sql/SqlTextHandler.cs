using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Warehouse.Sdk.Sql;

/// <summary>Builds a <see cref="SqlText"/> from an interpolated string; accepts typed parts only.</summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct SqlTextHandler
{
    private readonly StringBuilder _text;
    private readonly List<int> _emptyFragments = [];
    private readonly IdentifierRules _rules;

    /// <summary>Called by the compiler.</summary>
    /// <param name="literalLength">Characters of the constant parts.</param>
    /// <param name="formattedCount">Number of holes.</param>
    /// <param name="rules">The rules of the engine the text is for.</param>
    public SqlTextHandler(int literalLength, int formattedCount, IdentifierRules rules)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 24));
        _rules = rules;
    }

    /// <summary>Appends constant text.</summary>
    /// <param name="literal">The text.</param>
    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>Appends a quoted name.</summary>
    /// <param name="identifier">The name.</param>
    public void AppendFormatted(Identifier identifier) => _rules.Append(_text, identifier);

    /// <summary>Appends a quoted two-part name.</summary>
    /// <param name="name">The name.</param>
    public void AppendFormatted(QualifiedName name)
    {
        _rules.Append(_text, name.Schema);
        _text.Append('.');
        _rules.Append(_text, name.Name);
    }

    /// <summary>Appends finished SQL; its further lines are indented to where the hole stands, so that statements stay readable.</summary>
    /// <param name="sql">The piece.</param>
    public void AppendFormatted(SqlText sql)
    {
        if (sql.IsEmpty)
            _emptyFragments.Add(_text.Length);
        string value = sql.ToString();
        if (sql.IsVerbatim || !value.Contains('\n', StringComparison.Ordinal))
        {
            _text.Append(value);
            return;
        }

        int column = 0;
        for (int i = _text.Length - 1; i >= 0 && _text[i] != '\n'; i--)
            column++;
        _text.Append(value.Replace("\n", "\n" + new string(' ', column), StringComparison.Ordinal));
    }

    /// <summary>Appends a whole number.</summary>
    /// <param name="number">The number.</param>
    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    internal SqlText ToSqlText()
    {
        // Backwards, so that the positions before a line that goes stay true.
        int removedFrom = int.MaxValue;
        for (int i = _emptyFragments.Count - 1; i >= 0; i--)
        {
            if (_emptyFragments[i] < removedFrom && RemoveBlankLine(_emptyFragments[i]) is int start)
                removedFrom = start;
        }

        return new SqlText(_text.ToString());
    }

    /// <summary>A line that held nothing but empty fragments goes with them.</summary>
    private int? RemoveBlankLine(int position)
    {
        int start = position;
        while (start > 0 && _text[start - 1] != '\n')
            start--;
        int end = position;
        while (end < _text.Length && _text[end] != '\n')
            end++;
        if (!string.IsNullOrWhiteSpace(_text.ToString(start, end - start)))
            return null;
        if (end < _text.Length)
            _text.Remove(start, end + 1 - start);
        else if (start > 0)
            _text.Remove(start - 1, end + 1 - start);
        else
            _text.Clear();
        return start;
    }
}
