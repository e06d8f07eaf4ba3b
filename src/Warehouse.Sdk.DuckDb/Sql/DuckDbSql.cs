using System.Text.RegularExpressions;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>The small words that all DuckDB statements are put together from. Every list stands one item to a line.</summary>
internal static partial class DuckDbSql
{
    public static DuckDbIdentifierRules Rules => DuckDbIdentifierRules.Instance;

    /// <summary>The run's private tables live in the connection's temporary schema, where no other connection sees them.</summary>
    public static QualifiedName Temp(string name) => new("temp", name);

    public static QualifiedName Staged { get; } = Temp("staged");

    public static SqlStatement Statement(string name, string purpose, SqlText text)
        => new(name, purpose, text.ToString()) { Parameters = [.. ParameterMarker().Matches(text.ToString()).Where(match => match.Groups[1].Success).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)] };

    public static string TypeName(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.SmallInt => "SMALLINT",
        ColumnKind.Integer => "INTEGER",
        ColumnKind.BigInt => "BIGINT",
        ColumnKind.Decimal => FormattableString.Invariant($"DECIMAL({type.Precision},{type.Scale})"),
        ColumnKind.Real => "FLOAT",
        ColumnKind.Double => "DOUBLE",
        ColumnKind.Text or ColumnKind.Char => "VARCHAR",
        ColumnKind.Date => "DATE",
        ColumnKind.Time => "TIME",
        ColumnKind.Timestamp => "TIMESTAMP",
        ColumnKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        ColumnKind.Interval => "INTERVAL",
        ColumnKind.Uuid => "UUID",
        ColumnKind.Json => "JSON",
        _ => "BLOB",
    };

    public static SqlText Type(ColumnType type) => new(TypeName(type));

    /// <summary>A text constant of the SDK's own, such as a reason; never a value from outside.</summary>
    public static SqlText Constant(string text) => new($"'{text.Replace("'", "''", StringComparison.Ordinal)}'", isVerbatim: text.Contains('\n', StringComparison.Ordinal));

    public static SqlText Column(string alias, Identifier name) => Rules.Sql($"{new SqlText(alias)}.{name}");

    /// <summary><c>src.a, src.b</c>, one to a line.</summary>
    public static SqlText Columns(string alias, IEnumerable<Identifier> names) => Lines(names.Select(name => Column(alias, name)));

    /// <summary><c>src.a, src.b</c> on one line, inside a window or next to constants.</summary>
    public static SqlText Inline(string alias, IEnumerable<Identifier> names) => SqlText.Join(", ", names.Select(name => Column(alias, name)));

    public static SqlText Names(IEnumerable<Identifier> names) => SqlText.Join(", ", names.Select(name => Rules.Sql($"{name}")));

    public static SqlText Lines(IEnumerable<SqlText> items) => SqlText.Join(",\n", items);

    /// <summary><c>tgt.a = src.a AND tgt.b = src.b</c>: keys are compared column by column, never joined into one text.</summary>
    public static SqlText SameKey(string left, string right, IEnumerable<Identifier> key)
        => SqlText.Join(" AND ", key.Select(name => Rules.Sql($"{Column(left, name)} = {Column(right, name)}")));

    /// <summary>The same where some parts may be NULL, which equals NULL only.</summary>
    public static SqlText SameKey(string left, string right, IEnumerable<Identifier> key, IReadOnlySet<Identifier> optional)
        => SqlText.Join(" AND ", key.Select(name => SameValue(Column(left, name), Column(right, name), optional.Contains(name))));

    /// <summary>Whether two rows that hold natural keys in their stored form are of one member.</summary>
    public static SqlText SameKey(string left, string right, Dimension dimension)
        => SameKey(left, right, dimension.NaturalKey.Select(column => column.Name), dimension.Definition.OptionalKey);

    public static SqlText SameValue(SqlText left, SqlText right, bool isOptional)
        => isOptional ? Rules.Sql($"{left} IS NOT DISTINCT FROM {right}") : Rules.Sql($"{left} = {right}");

    public static SqlText AnyTrue(IEnumerable<SqlText> conditions)
    {
        SqlText joined = SqlText.Join("\nOR ", conditions);
        return joined.IsEmpty ? new SqlText("FALSE") : joined;
    }

    // What stands in comments, texts and quoted names is no parameter.
    [GeneratedRegex("""--[^\n]*|/\*[\s\S]*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z0-9_]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterMarker();
}
