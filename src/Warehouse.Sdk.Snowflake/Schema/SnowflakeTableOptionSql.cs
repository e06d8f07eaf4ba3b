using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Clustering keys, transience, retention and tags of tables: how they are created, read, compared and altered.</summary>
/// <remarks>
/// What a deployment has put on a table stands in the ledger, so that an option which the model no longer has is told from one that somebody else has put
/// there. It is noted before it is set, and forgotten after it is taken off: a deployment that ends between the two does the rest the next time.
/// </remarks>
internal static class SnowflakeTableOptionSql
{
    private const string ClusterBy = "cluster_by";
    private const string Retention = "retention";
    private const string Transient = "transient";
    private const string TagPrefix = "tag ";
    private const string Permanent = "permanent";

    public static QualifiedName Noted(ModelConventions conventions) => new(conventions.LedgerSchema, "table_option");

    /// <summary>What stands between CREATE and TABLE.</summary>
    public static SqlText Kind(TableSchema table) => table.Physical.IsTransient ? new SqlText("TRANSIENT ") : SqlText.Empty;

    /// <summary>What stands behind the columns, in the order of the reference.</summary>
    public static SqlText Clauses(TableSchema table) => SqlText.Join("\n",
    [
        table.Physical.ClusterBy.Count > 0 ? Key(table.Physical.ClusterBy) : SqlText.Empty,
        table.Physical.RetentionDays is { } days ? Rules.Sql($"DATA_RETENTION_TIME_IN_DAYS = {days}") : SqlText.Empty,
        table.Physical.Tags.Count > 0 ? Rules.Sql($"WITH TAG ({SqlText.Join(", ", table.Physical.Tags.Select(tag => Rules.Sql($"{NameOf(table, tag)} = {Constant(tag.Value)}")))})") : SqlText.Empty,
    ]);

    public static SqlStatement Read(DimensionalModel model, IReadOnlyList<TableSchema> present)
    {
        SqlText schemas = SqlText.Join(", ", present.Select(table => Constant(SnowflakeIdentifierRules.Stored(table.Name.Schema.Value))).Distinct());
        SqlText tags = SqlText.Join("\n", present.SelectMany(table => table.Physical.Tags.Select(tag => Rules.Sql($"""
            UNION ALL
            SELECT {Constant(table.Name.Schema.Value)},
                   {Constant(table.Name.Name.Value)},
                   {Constant(TagPrefix + tag.Name)},
                   system$get_tag({Constant(NameOf(table, tag).ToString())}, {Constant(Own(table.Name))}, 'table'),
                   FALSE
            """))));
        return Statement("read-table-options", "How the tables are kept, and what of that a deployment has set.", Rules.Sql($"""
            WITH kept AS (
                SELECT {SnowflakeSchemaSql.LogicalName("table_schema")} AS schema_name,
                       {SnowflakeSchemaSql.LogicalName("table_name")} AS table_name,
                       is_transient,
                       retention_time,
                       clustering_key
                FROM information_schema.tables
                WHERE table_schema IN ({schemas})
                  AND table_type = 'BASE TABLE'
            )
            SELECT schema_name, table_name, {Constant(Transient)} AS option_name, is_transient AS option_value, FALSE AS is_noted
            FROM kept
            UNION ALL
            SELECT schema_name, table_name, {Constant(Retention)}, CAST(retention_time AS VARCHAR), FALSE
            FROM kept
            UNION ALL
            SELECT schema_name, table_name, {Constant(ClusterBy)}, clustering_key, FALSE
            FROM kept
            UNION ALL
            SELECT schema_name, table_name, option_name, option_value, TRUE
            FROM {Noted(model.Conventions)}
            {tags}
            """));
    }

    public static IReadOnlyList<OptionChange> Compare(IReadOnlyList<TableSchema> present, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows)
    {
        ILookup<QualifiedName, (string Name, string? Value, bool IsNoted)> kept = rows.ToLookup(
            row => new QualifiedName(Text(row, "schema_name")!, Text(row, "table_name")!),
            row => (Text(row, "option_name")!, Text(row, "option_value"), Convert.ToBoolean(row["is_noted"], CultureInfo.InvariantCulture)));
        return
        [
            .. from table in present
               let there = kept[table.Name].Where(option => !option.IsNoted).DistinctBy(option => option.Name).ToDictionary(option => option.Name, option => option.Value, StringComparer.OrdinalIgnoreCase)
               let ours = kept[table.Name].Where(option => option.IsNoted).Select(option => option.Name).ToHashSet(StringComparer.OrdinalIgnoreCase)
               from change in Changes(table, there, ours)
               select change,
        ];
    }

    public static IEnumerable<SqlStatement> Change(DeployPlan plan)
        => plan.ChangedOptions.GroupBy(change => change.Table.Name).SelectMany(changes => Change(plan.Model.Conventions, changes.First().Table, [.. changes]));

    private static IEnumerable<SqlStatement> Change(ModelConventions conventions, TableSchema table, OptionChange[] changes)
    {
        string[] leaving = [.. changes.Where(change => change.IsRemoved).Select(NameOf)];
        return [.. Note(conventions, table, leaving), .. changes.Select(Alter), .. leaving.Length > 0 ? Note(conventions, table, []) : []];
    }

    /// <summary>Of new tables; those without an option have nothing to note.</summary>
    public static IEnumerable<SqlStatement> Note(DeployPlan plan)
        => plan.MissingTables.Where(table => !table.Physical.IsEmpty).SelectMany(table => Note(plan.Model.Conventions, table, []));

    private static IEnumerable<OptionChange> Changes(TableSchema table, Dictionary<string, string?> there, HashSet<string> ours)
    {
        PhysicalOptions wanted = table.Physical;
        bool isTransient = string.Equals(there.GetValueOrDefault(Transient), "YES", StringComparison.OrdinalIgnoreCase);
        if (wanted.IsTransient && !isTransient)
            yield return new OptionChange(table, PhysicalOption.Transient, Permanent, Transient);
        else if (!wanted.IsTransient && isTransient && ours.Contains(Transient))
            yield return new OptionChange(table, PhysicalOption.Transient, Transient, Permanent);

        List<Identifier> key = Parse(there.GetValueOrDefault(ClusterBy));
        if (wanted.ClusterBy.Count > 0 ? !key.SequenceEqual(wanted.ClusterBy) : key.Count > 0 && ours.Contains(ClusterBy))
        {
            yield return new OptionChange(
                table,
                PhysicalOption.ClusterBy,
                key.Count == 0 ? string.Empty : PhysicalOptions.Clustering(key),
                wanted.ClusterBy.Count == 0 ? string.Empty : PhysicalOptions.Clustering(wanted.ClusterBy));
        }

        string retention = there.GetValueOrDefault(Retention) is { } days ? $"Retention({days})" : string.Empty;
        string wantedRetention = wanted.RetentionDays is { } wantedDays ? FormattableString.Invariant($"Retention({wantedDays})") : string.Empty;
        if (wantedRetention.Length > 0 ? retention != wantedRetention : ours.Contains(Retention))
            yield return new OptionChange(table, PhysicalOption.Retention, retention, wantedRetention);

        foreach (TableTag tag in wanted.Tags.Where(tag => there.GetValueOrDefault(TagPrefix + tag.Name) != tag.Value))
        {
            string? before = there.GetValueOrDefault(TagPrefix + tag.Name);
            yield return new OptionChange(table, PhysicalOption.Tag, before is null ? string.Empty : InWords(tag.Name, before), InWords(tag.Name, tag.Value)) { Tag = tag };
        }

        foreach (string name in ours.Where(name => name.StartsWith(TagPrefix, StringComparison.Ordinal)).Select(name => name[TagPrefix.Length..]).Where(name => wanted.Tags.All(tag => !string.Equals(tag.Name, name, StringComparison.OrdinalIgnoreCase))))
            yield return new OptionChange(table, PhysicalOption.Tag, $"Tag({name})", string.Empty) { Tag = new TableTag([.. name.Split('.').Select(part => new Identifier(part))], string.Empty) };
    }

    private static string InWords(string tag, string value) => $"Tag({tag} = '{value}')";

    // Snowflake tells a key as LINEAR(a, "b"). One of expressions is no list of names and equals no key of a model.
    private static List<Identifier> Parse(string? key)
    {
        if (string.IsNullOrWhiteSpace(key))
            return [];
        string text = key.Trim();
        if (text.StartsWith("LINEAR", StringComparison.OrdinalIgnoreCase))
            text = text["LINEAR".Length..].Trim();
        if (text.StartsWith('(') && text.EndsWith(')'))
            text = text[1..^1];
        List<Identifier> names = [];
        int position = 0;
        while (position < text.Length)
        {
            int start = position;
            bool isQuoted = false;
            for (; position < text.Length && (isQuoted || text[position] != ','); position++)
                isQuoted ^= text[position] == '"';
            string name = text[start..position].Trim();
            names.Add(name.StartsWith('"') && name.EndsWith('"') && name.Length > 2
                ? SnowflakeIdentifierRules.Logical(name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal))
                : new Identifier(name.Length == 0 ? "(none)" : name.ToLowerInvariant()));
            position++;
        }

        return names;
    }

    private static SqlStatement Alter(OptionChange change)
    {
        QualifiedName table = change.Table.Name;
        return change switch
        {
            { Option: PhysicalOption.ClusterBy, IsRemoved: true } => Statement("drop-clustering-key", "The model has none any more.", Rules.Sql($"ALTER TABLE {table} DROP CLUSTERING KEY")),
            { Option: PhysicalOption.ClusterBy } => Statement("cluster-table", "Rows that are asked for together are kept together.", Rules.Sql($"ALTER TABLE {table} {Key(change.Table.Physical.ClusterBy)}")),
            { Option: PhysicalOption.Retention, IsRemoved: true } => Statement("unset-retention", "It is the schema's again.", Rules.Sql($"ALTER TABLE {table} UNSET DATA_RETENTION_TIME_IN_DAYS")),
            { Option: PhysicalOption.Retention } => Statement("set-retention", "For how many days changes can be brought back.", Rules.Sql($"ALTER TABLE {table} SET DATA_RETENTION_TIME_IN_DAYS = {change.Table.Physical.RetentionDays!.Value}")),
            { Option: PhysicalOption.Tag, IsRemoved: true } => Statement("unset-tag", "The model has it no more.", Rules.Sql($"ALTER TABLE {table} UNSET TAG {NameOf(change.Table, change.Tag!)}")),
            { Option: PhysicalOption.Tag } => Statement("set-tag", "What the table is, in the account's own words.", Rules.Sql($"ALTER TABLE {table} SET TAG {NameOf(change.Table, change.Tag!)} = {Constant(change.Tag!.Value)}")),
            _ => throw new ArgumentException($"{change} is nothing that can be altered.", nameof(change)),
        };
    }

    private static string NameOf(OptionChange change) => change.Option switch
    {
        PhysicalOption.ClusterBy => ClusterBy,
        PhysicalOption.Retention => Retention,
        PhysicalOption.Transient => Transient,
        _ => TagPrefix + change.Tag!.Name,
    };

    private static SqlText Key(IReadOnlyList<Identifier> columns) => Rules.Sql($"CLUSTER BY ({Names(columns)})");

    private static SqlText NameOf(TableSchema table, TableTag tag)
        => SqlText.Join(".", (tag.Path.Count == 1 ? [table.Name.Schema, .. tag.Path] : tag.Path).Select(part => Rules.Sql($"{part}")));

    private static IEnumerable<SqlStatement> Note(ModelConventions conventions, TableSchema table, IEnumerable<string> leaving)
    {
        QualifiedName noted = Noted(conventions);
        (SqlText Schema, SqlText Name) = (Constant(table.Name.Schema.Value), Constant(table.Name.Name.Value));
        yield return Statement("forget-table-options", "There are newer ones.", Rules.Sql($"""
            DELETE FROM {noted}
            WHERE schema_name = {Schema}
              AND table_name = {Name}
            """));
        (string Name, string Value)[] options =
        [
            .. table.Physical.ClusterBy.Count > 0 ? [(ClusterBy, string.Join(", ", table.Physical.ClusterBy))] : Array.Empty<(string, string)>(),
            .. table.Physical.IsTransient ? [(Transient, "YES")] : Array.Empty<(string, string)>(),
            .. table.Physical.RetentionDays is { } days ? [(Retention, days.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
            .. table.Physical.Tags.Select(tag => (TagPrefix + tag.Name, tag.Value)),
            .. leaving.Select(name => (name, string.Empty)),
        ];
        if (options.Length > 0)
        {
            yield return Statement("note-table-options", "By these the next deployment knows which options are the model's.", Rules.Sql($"""
                INSERT INTO {noted} (schema_name, table_name, option_name, option_value)
                VALUES {Lines(options.Select(option => Rules.Sql($"({Schema}, {Name}, {Constant(option.Name)}, {Constant(option.Value)})")))}
                """));
        }
    }

    private static string? Text(IReadOnlyDictionary<string, object?> row, string column) => row[column] is null ? null : Convert.ToString(row[column], CultureInfo.InvariantCulture);
}
