using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The small words that all Snowflake statements are put together from. Every list stands one item to a line.</summary>
internal static class SnowflakeSql
{
    public static SnowflakeIdentifierRules Rules => SnowflakeIdentifierRules.Instance;

    /// <summary>The schema of the runs' private tables, where they stand before no table of anybody else's.</summary>
    public static readonly Identifier WorkSchema = "warehouse_work";

    /// <summary>A private table of the run: temporary, so that no other session sees it.</summary>
    public static QualifiedName Temp(string name) => new(WorkSchema, name);

    public static QualifiedName Staged { get; } = Temp("staged");

    public static SqlStatement Statement(string name, string purpose, SqlText text)
        => new(name, purpose, text.ToString()) { Parameters = SnowflakeParameters.Find(text.ToString()) };

    public static string TypeName(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.SmallInt => "NUMBER(5,0)",
        ColumnKind.Integer => "NUMBER(10,0)",
        ColumnKind.BigInt => "NUMBER(19,0)",
        ColumnKind.Decimal => FormattableString.Invariant($"NUMBER({type.Precision},{type.Scale})"),
        ColumnKind.Real or ColumnKind.Double => "FLOAT",
        ColumnKind.Text or ColumnKind.Char when type.Length > 0 => FormattableString.Invariant($"VARCHAR({type.Length})"),
        ColumnKind.Text or ColumnKind.Char or ColumnKind.Interval => "VARCHAR",
        ColumnKind.Uuid => "VARCHAR(36)",
        ColumnKind.Date => "DATE",
        ColumnKind.Time => "TIME(6)",
        ColumnKind.Timestamp => "TIMESTAMP_NTZ(6)",
        ColumnKind.TimestampTz => "TIMESTAMP_TZ(6)",
        ColumnKind.Json => "VARIANT",
        _ => "BINARY",
    };

    public static SqlText Type(ColumnType type) => new(TypeName(type));

    /// <summary>A text constant of the SDK's own, such as a reason; never a value from outside.</summary>
    public static SqlText Constant(string text) => new(Literal(text), isVerbatim: text.Contains('\n', StringComparison.Ordinal));

    /// <summary>A text between quotes; in Snowflake's a backslash escapes.</summary>
    public static string Literal(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The target of UPDATE and DELETE goes by its own name: an alias is not documented for it.</summary>
    public static string Own(QualifiedName table) => Rules.Sql($"{table}").ToString();

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

}
