using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>The form in which a value is compared and stored.</summary>
internal static class DuckDbEquality
{
    public static SqlText Normalised(SqlText value, ColumnType type, Equality equality)
    {
        if (equality.HasFlag(Equality.TrimEnd))
            value = Rules.Sql($"rtrim({value})");
        if (equality.HasFlag(Equality.UnicodeNfc))
            value = Rules.Sql($"nfc_normalize({value})");
        if (equality.HasFlag(Equality.EmptyIsNull))
            value = Rules.Sql($"nullif({value}, '')");
        if (equality.HasFlag(Equality.Json))
            value = Rules.Sql($"CAST({new SqlText(DuckDbCanonicalJson.Function)}(CAST({value} AS VARCHAR)) AS JSON)");
        // -0.0 + 0 is 0.0: the two zeros are one value.
        if (type.Kind is ColumnKind.Real or ColumnKind.Double)
            value = Rules.Sql($"{value} + 0");
        return value;
    }

    /// <summary>Whether a date or timestamp says a day at all: it is neither NULL nor infinite nor one of those that mean none.</summary>
    public static SqlText IsDay(SqlText value, IEnumerable<DateOnly> nullDates)
        => Rules.Sql($"coalesce(isfinite({value}) AND CAST({value} AS DATE) NOT IN ({SqlText.Join(", ", nullDates.Select(day => Rules.Sql($"DATE {Constant(InvariantText.Of(day))}")))}), FALSE)");

    /// <summary>A part of a natural key, by whatever names it: keys are compared often, so their case is decided here and not with each comparison.</summary>
    public static SqlText Key(SqlText value, Dimension dimension, Column key)
    {
        Equality equality = dimension.Definition.KeyEquality.GetValueOrDefault(key.Name);
        if (equality == Equality.Exact)
            return value;
        value = Normalised(value, key.Type, equality);
        return equality.HasFlag(Equality.IgnoreCase) ? Rules.Sql($"lower({value})") : value;
    }

    /// <summary>Whether a member is the one that columns of a row elsewhere name.</summary>
    public static SqlText SameMember(Dimension dimension, Func<Identifier, SqlText> member, IEnumerable<SqlText> named)
        => SqlText.Join(" AND ", dimension.NaturalKey.Zip(named, (key, value) => SamePart(member(key.Name), Key(value, dimension, key), dimension.Definition.OptionalKey.Contains(key.Name))));

    // Lists of one element: an ASOF join leaves NULL out even where it is compared as a value.
    private static SqlText SamePart(SqlText member, SqlText named, bool isOptional) => isOptional ? Rules.Sql($"[{member}] = [{named}]") : Rules.Sql($"{member} = {named}");

    /// <summary>Whether a member is the one whose key the parameters of a query hold.</summary>
    public static SqlText SameAsParameters(string member, Dimension dimension)
        => SameAsParameters(dimension, name => Column(member, name));

    public static SqlText SameAsParameters(Dimension dimension, Func<Identifier, SqlText> member)
        => SameMember(dimension, member, dimension.NaturalKey.Select((key, index) => Parameter(dimension, key, index + 1)));

    /// <summary>Whether a member has the key that the parameters say it shall have.</summary>
    public static SqlText SameAsNewParameters(string member, Dimension dimension)
        => SameMember(dimension, name => Column(member, name), dimension.NaturalKey.Select((key, index) => NewParameter(key, index + 1)));

    public static SqlText NewParameter(Column key, int position)
        => Rules.Sql($"CAST({new SqlText($"${NaturalKeyValues.NewParameterName(position)}")} AS {Type(key.Type)})");

    public static SqlText KeyParameterValue(Column key, int position)
        => Rules.Sql($"CAST({new SqlText($"${NaturalKeyValues.ParameterName(position)}")} AS {Type(key.Type)})");

    public static SqlText KeyParameterText(Column key, int position) => Rules.Sql($"CAST({KeyParameterValue(key, position)} AS VARCHAR)");

    // What is worked with or may be NULL needs a type of its own.
    private static SqlText Parameter(Dimension dimension, Column key, int position)
    {
        SqlText value = new($"${NaturalKeyValues.ParameterName(position)}");
        bool isPlain = !dimension.Definition.KeyEquality.ContainsKey(key.Name) && !dimension.Definition.OptionalKey.Contains(key.Name);
        return isPlain ? value : Rules.Sql($"CAST({value} AS {Type(key.Type)})");
    }
}
