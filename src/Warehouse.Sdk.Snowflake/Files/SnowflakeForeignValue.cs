using System.Globalization;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// The value of a field of text in a column's type, as strictly as <see cref="FieldParser"/> reads it and in its words: a pattern first, as Snowflake would take <c>1.5</c>
/// for a whole number, and a conversion that gives NULL instead of an error, in whatever order the conditions of a statement are looked at.
/// </summary>
internal static class SnowflakeForeignValue
{
    private const string Number = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)";

    /// <summary>The types that are not read in place.</summary>
    public static bool IsRefused(ColumnType type) => type.Kind == ColumnKind.Interval;

    public static SqlText Typed(SnowflakeForeignColumn column)
    {
        SqlText text = Text(column);
        ColumnType type = column.Column.Type;
        return type.Kind switch
        {
            ColumnKind.Boolean => Rules.Sql($"CASE WHEN lower({text}) IN ('true', 't', '1') THEN TRUE WHEN lower({text}) IN ('false', 'f', '0') THEN FALSE END"),
            ColumnKind.SmallInt => Rules.Sql($"TRY_TO_NUMBER({text}, 5, 0)"),
            ColumnKind.Integer => Rules.Sql($"TRY_TO_NUMBER({text}, 10, 0)"),
            ColumnKind.BigInt => Rules.Sql($"TRY_TO_NUMBER({text}, 19, 0)"),
            ColumnKind.Decimal => Rules.Sql($"TRY_TO_NUMBER({text}, {Whole(type.Precision)}, {Whole(type.Scale)})"),
            ColumnKind.Real or ColumnKind.Double => Rules.Sql($"TRY_TO_DOUBLE({Infinite(text)})"),
            ColumnKind.Text when type.Length > 0 => Rules.Sql($"left({text}, {Whole(type.Length)})"),
            ColumnKind.Char => type.Length > 0 ? Rules.Sql($"left(rtrim({text}, ' '), {Whole(type.Length)})") : Rules.Sql($"rtrim({text}, ' ')"),
            ColumnKind.Uuid => Rules.Sql($"lower(left({text}, 36))"),
            ColumnKind.Date => Rules.Sql($"TRY_TO_DATE({text}, 'YYYY-MM-DD')"),
            ColumnKind.Time => Rules.Sql($"TRY_TO_TIME({text}, 'AUTO')"),
            ColumnKind.Timestamp => Rules.Sql($"CAST(CONVERT_TIMEZONE('UTC', TRY_TO_TIMESTAMP_TZ({text}, 'AUTO')) AS TIMESTAMP_NTZ(6))"),
            ColumnKind.TimestampTz => Rules.Sql($"TRY_TO_TIMESTAMP_TZ({text}, 'AUTO')"),
            ColumnKind.Json => Rules.Sql($"TRY_PARSE_JSON({text})"),
            ColumnKind.Bytes => Rules.Sql($"TRY_TO_BINARY({text}, 'HEX')"),
            _ => text,
        };
    }

    /// <summary>True when the field is no such value; NULL is one. Empty when every text is.</summary>
    public static SqlText Fails(SnowflakeForeignColumn column)
    {
        SqlText text = Text(column);
        ColumnType type = column.Column.Type;
        return type.Kind switch
        {
            ColumnKind.Text or ColumnKind.Char when type.Length == 0 => SqlText.Empty,
            ColumnKind.Text => Rules.Sql($"length({text}) > {Whole(type.Length)}"),
            ColumnKind.Char => Rules.Sql($"length(rtrim({text}, ' ')) > {Whole(type.Length)}"),
            ColumnKind.Boolean => Rules.Sql($"lower({text}) NOT IN ('true', 't', '1', 'false', 'f', '0')"),
            ColumnKind.SmallInt => Rules.Sql($"({Not(text, "[+-]?[0-9]+")} OR coalesce(TRY_TO_NUMBER({text}, 38, 0) NOT BETWEEN -32768 AND 32767, {text} IS NOT NULL))"),
            ColumnKind.Integer => Rules.Sql($"({Not(text, "[+-]?[0-9]+")} OR coalesce(TRY_TO_NUMBER({text}, 38, 0) NOT BETWEEN -2147483648 AND 2147483647, {text} IS NOT NULL))"),
            ColumnKind.BigInt => Rules.Sql($"({Not(text, "[+-]?[0-9]+")} OR coalesce(TRY_TO_NUMBER({text}, 38, 0) NOT BETWEEN -9223372036854775808 AND 9223372036854775807, {text} IS NOT NULL))"),
            ColumnKind.Decimal => Rules.Sql($"({Not(text, Number)} OR {Digits(text)} > 38 OR {Untyped(column)})"),
            ColumnKind.Real or ColumnKind.Double => Rules.Sql($"({Not(text, $"{Number}([eE][+-]?[0-9]+)?|[nN][aA][nN]|[+-]?[iI][nN][fF][iI][nN][iI][tT][yY]")} OR {Untyped(column)})"),
            ColumnKind.Uuid => Not(text, "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
            ColumnKind.Date => Rules.Sql($"({Not(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}")} OR {Untyped(column)})"),
            ColumnKind.Time => Rules.Sql($"({Not(text, "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?")} OR {Untyped(column)})"),
            ColumnKind.Timestamp or ColumnKind.TimestampTz => Rules.Sql($"({Not(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?")} OR {Untyped(column)})"),
            _ => Untyped(column),
        };
    }

    public static SqlText Reason(SnowflakeForeignColumn column)
    {
        SqlText text = Text(column);
        ColumnType type = column.Column.Type;
        return type.Kind switch
        {
            ColumnKind.Boolean => Constant("expected true, t or 1, or false, f or 0"),
            ColumnKind.SmallInt => Constant("expected a whole number from -32768 to 32767"),
            ColumnKind.Integer => Constant("expected a whole number of 32 bits"),
            ColumnKind.BigInt => Constant("expected a whole number of 64 bits"),
            ColumnKind.Decimal => Rules.Sql($"CASE WHEN {Not(text, Number)} THEN {Constant("expected a decimal number with the point '.'")} WHEN {Digits(text)} > 38 THEN {Constant("expected a decimal number of at most 38 digits")} ELSE {Constant(FormattableString.Invariant($"a number too large for decimal({type.Precision},{type.Scale})"))} END"),
            ColumnKind.Real or ColumnKind.Double => Constant("expected a number"),
            ColumnKind.Text => Rules.Sql($"'a text of ' || length({text}) || {Constant(FormattableString.Invariant($" characters, expected at most {type.Length}"))}"),
            ColumnKind.Char => Rules.Sql($"'a text of ' || length(rtrim({text}, ' ')) || {Constant(FormattableString.Invariant($" characters, expected at most {type.Length}"))}"),
            ColumnKind.Uuid => Constant("expected a UUID"),
            ColumnKind.Date => Constant("expected a date as yyyy-MM-dd"),
            ColumnKind.Time => Constant("expected a time of day"),
            ColumnKind.Timestamp or ColumnKind.TimestampTz => Constant("expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF"),
            ColumnKind.Json => Constant("expected a JSON value"),
            _ => Constant("expected bytes in hexadecimal"),
        };
    }

    private static SqlText Text(SnowflakeForeignColumn column) => Column("src", SnowflakeForeignSql.Field(column.Field));

    private static SqlText Not(SqlText text, string pattern) => Rules.Sql($"NOT regexp_like({text}, {Constant(pattern)})");

    private static SqlText Untyped(SnowflakeForeignColumn column) => Rules.Sql($"({Text(column)} IS NOT NULL AND {Typed(column)} IS NULL)");

    // Zeros at the end of a fraction say nothing, nor those at the beginning.
    private static SqlText Digits(SqlText text) => Rules.Sql($"length(ltrim(replace(ltrim(iff(contains({text}, '.'), rtrim({text}, '0'), {text}), '+-'), '.', ''), '0'))");

    private static SqlText Infinite(SqlText text) => Rules.Sql($"CASE lower({text}) WHEN 'infinity' THEN 'inf' WHEN '+infinity' THEN 'inf' WHEN '-infinity' THEN '-inf' ELSE {text} END");

    private static SqlText Whole(int number) => new(number.ToString(CultureInfo.InvariantCulture));
}
