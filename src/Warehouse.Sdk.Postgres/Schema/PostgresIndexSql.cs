using System.Security.Cryptography;
using System.Text;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The indexes that stand beside the primary keys.</summary>
internal static class PostgresIndexSql
{
    // A key that long would not fit an index page, and PostgreSQL would say so only when it is written.
    private const int MaximumKeyBytes = 2600;

    private const int BytesPerCharacter = 4;

    public static IEnumerable<SqlStatement> Create(LoadTarget target) => target switch
    {
        Dimension dimension => OfDimension(dimension),
        DateDimension date =>
        [
            Statement("create-date-index", "One row per day, found by its date.", Rules.Sql($"CREATE UNIQUE INDEX {Name(date.Name, "date")} ON {date.Name} ({date.Date})")),
        ],
        Fact fact => OfFact(fact),
        _ => [],
    };

    public static SqlStatement CreateOfEvents(Dimension dimension)
        => Statement("create-event-index", "Finds the events of a member in time.", Rules.Sql($"""
            CREATE INDEX {Name(dimension.Events!.Name, "member")} ON {dimension.Events.Name} ({Names(dimension.NaturalKey.Select(column => column.Name))}, {EventTable.EffectiveAt})
            """));

    // Facts arrive about in the order of time: a few pages say where the later ones are.
    private static IEnumerable<SqlStatement> OfFact(Fact fact)
        => from name in fact.Dimensions.Select(link => link.AsOf?.Name).OfType<Identifier>().Distinct()
           select Statement("create-time-index", "Finds the facts of the time in which a history changed.", Rules.Sql($"CREATE INDEX {Name(fact.Name, $"{name.Value}_time")} ON {fact.Name} USING brin ({name})"));

    private static SqlStatement[] OfDimension(Dimension dimension)
    {
        ModelConventions names = dimension.Conventions;
        SqlText key = Names(dimension.NaturalKey.Select(column => column.Name));
        // Where NULL is a value, the default members, which have no key, are left out of what is unique.
        bool mayBeNull = dimension.Definition.OptionalKey.Count > 0;
        var nulls = new SqlText(mayBeNull ? " NULLS NOT DISTINCT" : string.Empty);
        SqlText ofMembers = mayBeNull ? Rules.Sql($" AND {dimension.SurrogateKey} > 0") : SqlText.Empty;
        return
        [
            Statement("create-current-index", "One current version per member, which the engine itself sees to.", Rules.Sql($"""
                CREATE UNIQUE INDEX {Name(dimension.HistoryTable, "current")} ON {dimension.HistoryTable} ({key}){nulls}
                WHERE {names.IsCurrent}{ofMembers}
                """)),
            Statement("create-history-index", "Finds the versions of a member in time.", Rules.Sql($"CREATE INDEX {Name(dimension.HistoryTable, "history")} ON {dimension.HistoryTable} ({key}, {names.ValidFrom})")),
            .. dimension.History is null ? Array.Empty<SqlStatement>() : [Statement("create-member-index", "One row per member, found by its natural key.", Rules.Sql($"CREATE UNIQUE INDEX {Name(dimension.Name, "member")} ON {dimension.Name} ({key})"))],
        ];
    }

    /// <summary>Refuses keys that no index can hold, before anything is written. Short keys need no look.</summary>
    public static IEnumerable<SqlStatement> CheckKeyLength(QualifiedName rows, IReadOnlyList<(Identifier Name, ColumnType Type)> key)
    {
        (Identifier Name, ColumnType Type)[] sized = [.. key.Where(column => column.Type.IsText || column.Type.Kind == ColumnKind.Bytes)];
        bool mayBeLong = sized.Any(column => column.Type.Length == 0) || sized.Sum(column => column.Type.Length * BytesPerCharacter) > MaximumKeyBytes;
        if (!mayBeLong)
            yield break;
        SqlText bytes = SqlText.Join(" + ", sized.Select(column => Rules.Sql($"coalesce(octet_length({Column("src", column.Name)}), 0)")));
        yield return Statement("check-key-length", "natural keys longer than 2,600 bytes cannot be indexed by PostgreSQL; shorten them in the source or declare a shorter text", Rules.Sql($"""
            SELECT src.{LandingColumns.SourceLine},
                   {bytes} AS key_bytes
            FROM {rows} AS src
            WHERE {bytes} > {MaximumKeyBytes}
            ORDER BY src.{LandingColumns.SourceLine}
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
    }

    /// <summary>A name that the server keeps whole: a long table's is shortened, with a checksum so that two of them stay apart.</summary>
    internal static Identifier Name(QualifiedName table, string suffix)
    {
        string ending = $"_{suffix}_idx";
        string name = table.Name.Value + ending;
        if (Encoding.UTF8.GetByteCount(name) <= PostgresIdentifierRules.MaximumBytes)
            return name;
        string checksum = $"_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table.Name.Value)))[..8]}";
        int room = PostgresIdentifierRules.MaximumBytes - Encoding.UTF8.GetByteCount(checksum + ending);
        var start = new StringBuilder();
        foreach (Rune rune in table.Name.Value.EnumerateRunes().TakeWhile(rune => (room -= rune.Utf8SequenceLength) >= 0))
            start.Append(rune);
        return $"{start}{checksum}{ending}";
    }
}
