namespace Warehouse.Sdk.Sql;

/// <summary>
/// A piece of finished SQL. Only <see cref="IdentifierRules.Sql"/> makes one, from literals, identifiers and other pieces:
/// interpolating a plain <see cref="string"/> does not compile, so no name or value reaches a statement unquoted.
/// </summary>
public readonly record struct SqlText
{
    private readonly string? _value;

    internal SqlText(string value, bool isVerbatim = false)
    {
        _value = value;
        IsVerbatim = isVerbatim;
    }

    // The host's own text, and texts of the model, may hold literals over several lines: they are never re-indented.
    internal bool IsVerbatim { get; }

    /// <summary>No text at all: a fragment that a statement does not need.</summary>
    public static SqlText Empty => default;

    /// <summary>True when there is no text.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_value);

    /// <summary>The SQL.</summary>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>Joins pieces.</summary>
    /// <param name="separator">Written between two pieces; a closed constant such as <c>", "</c>.</param>
    /// <param name="parts">The pieces; empty ones are left out.</param>
    public static SqlText Join(string separator, IEnumerable<SqlText> parts)
    {
        SqlText[] given = [.. parts.Where(part => !part.IsEmpty)];
        return new SqlText(string.Join(separator, given), isVerbatim: given.Any(part => part.IsVerbatim));
    }

    /// <summary>
    /// Takes SQL that the host wrote itself, such as the query of a source. It is the host's own statement and runs with its rights;
    /// never build it from values of others.
    /// </summary>
    /// <param name="sql">The SQL.</param>
    public static SqlText FromHost(string sql)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        return new SqlText(sql.Trim().TrimEnd(';', ' ', '\t', '\r', '\n'), isVerbatim: true);
    }
}
