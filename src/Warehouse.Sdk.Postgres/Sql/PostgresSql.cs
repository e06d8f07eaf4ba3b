using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The small words that all PostgreSQL statements are put together from. Every list stands one item to a line.</summary>
internal static class PostgresSql
{
    public static PostgresIdentifierRules Rules => PostgresIdentifierRules.Instance;

    /// <summary>The run's private tables live in the connection's temporary schema, where no other connection sees them, and go when the transaction ends.</summary>
    public static QualifiedName Temp(string name) => new("pg_temp", name);

    public static QualifiedName Staged { get; } = Temp("staged");

    public static SqlStatement Statement(string name, string purpose, SqlText text)
        => new(name, purpose, text.ToString()) { Parameters = PostgresParameters.Find(text.ToString()) };

    /// <summary>A private table has no statistics of its own accord, and the planner would take it for a small one.</summary>
    public static SqlStatement Analyze(QualifiedName table, string purpose)
        => Statement($"analyze-{table.Name.Value.Replace('_', '-')}", purpose, Rules.Sql($"ANALYZE {table}"));

    /// <summary>Of the columns that rows are joined by; of a small table more would take longer than what is done with it.</summary>
    public static SqlStatement Analyze(QualifiedName table, IEnumerable<Identifier> columns, string purpose)
        => Statement($"analyze-{table.Name.Value.Replace('_', '-')}", purpose, Rules.Sql($"ANALYZE {table} ({Names(columns)})"));

    /// <summary>The type in the words of <c>format_type</c>, so that a deployed column is recognised.</summary>
    public static string TypeName(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.SmallInt => "smallint",
        ColumnKind.Integer => "integer",
        ColumnKind.BigInt => "bigint",
        ColumnKind.Decimal => FormattableString.Invariant($"numeric({type.Precision},{type.Scale})"),
        ColumnKind.Real => "real",
        ColumnKind.Double => "double precision",
        ColumnKind.Text when type.Length > 0 => FormattableString.Invariant($"character varying({type.Length})"),
        ColumnKind.Text => "text",
        ColumnKind.Char => FormattableString.Invariant($"character({type.Length})"),
        ColumnKind.Date => "date",
        ColumnKind.Time => "time without time zone",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.TimestampTz => "timestamp with time zone",
        ColumnKind.Interval => "interval",
        ColumnKind.Uuid => "uuid",
        ColumnKind.Json => "jsonb",
        _ => "bytea",
    };

    public static SqlText Type(ColumnType type) => new(TypeName(type));

    /// <summary>The type in private tables and casts: a cast to a bounded text cuts off without a word, whereas the target's own column raises.</summary>
    public static SqlText PrivateType(ColumnType type) => type.IsText ? new SqlText("text") : Type(type);

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

    /// <summary>The same where some parts may be NULL, which equals NULL only; arrays of one element, because PostgreSQL hashes no NULL-safe comparison.</summary>
    public static SqlText SameKey(string left, string right, IEnumerable<Identifier> key, IReadOnlySet<Identifier> optional)
        => SqlText.Join(" AND ", key.Select(name => SameValue(Column(left, name), Column(right, name), optional.Contains(name))));

    /// <summary>Whether two rows that hold natural keys in their stored form are of one member.</summary>
    public static SqlText SameKey(string left, string right, Dimension dimension)
        => SameKey(left, right, dimension.NaturalKey.Select(column => column.Name), dimension.Definition.OptionalKey);

    public static SqlText SameValue(SqlText left, SqlText right, bool isOptional)
        => isOptional ? Rules.Sql($"ARRAY[{left}] = ARRAY[{right}]") : Rules.Sql($"{left} = {right}");

    public static SqlText AnyTrue(IEnumerable<SqlText> conditions)
    {
        SqlText joined = SqlText.Join("\nOR ", conditions);
        return joined.IsEmpty ? new SqlText("FALSE") : joined;
    }

    /// <summary>Where order decides something, it must be the same in every database, whatever language that was made for.</summary>
    public static SqlText InByteOrder(SqlText value, ColumnType type) => type.IsText ? Rules.Sql($"{value} COLLATE \"C\"") : value;

    /// <summary>
    /// Folds case by Unicode's rules, not by those of the database's language: one letter to one, as the other engines do. The server's own
    /// rules make two letters of the dotted capital I, and look at where in the word a sigma stands.
    /// </summary>
    public static SqlText Lower(SqlText value) => Rules.Sql($"lower(translate({value}, 'İΣ', 'iσ') COLLATE \"und-x-icu\")");

    /// <summary>The items that are not NULL, joined. A function takes 100 arguments at most; an array has no such limit.</summary>
    public static SqlText Listed(IEnumerable<SqlText> items) => Rules.Sql($"array_to_string(ARRAY[{Lines(items)}], ', ')");
}
