using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Creates the model's tables. No keys and indexes: DuckDB pays for them on every load, and the loads check what they would.</summary>
internal static class DuckDbSchemaSql
{
    public static SqlStatement ReadColumns(DimensionalModel model)
    {
        SqlText schemas = SqlText.Join(", ", model.Tables.Select(table => Constant(table.Name.Schema.Value)).Distinct());
        return Statement("read-columns", "What the database has already.", Rules.Sql($"""
            SELECT present.schema_name,
                   present.table_name,
                   present.column_name,
                   CASE WHEN present.data_type = 'VARCHAR' AND checks.length <> '' THEN 'VARCHAR(' || checks.length || ')' ELSE present.data_type END AS data_type
            FROM duckdb_columns() AS present
            LEFT JOIN (
                SELECT table_oid, constraint_column_names[1] AS column_name, max(regexp_extract(expression, ' <= ([0-9]+)', 1)) AS length
                FROM duckdb_constraints()
                WHERE database_name = current_database()
                  AND constraint_type = 'CHECK'
                  AND len(constraint_column_names) = 1
                GROUP BY table_oid, constraint_column_names[1]
            ) AS checks ON checks.table_oid = present.table_oid AND checks.column_name = present.column_name
            WHERE present.schema_name IN ({schemas})
              AND present.database_name = current_database()
              AND NOT present.internal
              AND present.table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE database_name = current_database())
            ORDER BY present.schema_name, present.table_name, present.column_index
            """));
    }

    public static SqlScript Deploy(DeployPlan plan) => new($"deploy {plan.Model.Name}",
    [
        .. plan.MissingTables.Select(table => table.Name.Schema).Distinct().Select(CreateSchema),
        .. plan.MissingTables.Select(CreateTable),
        .. plan.Widened.SelectMany(Widen),
        .. plan.MissingColumns.Select(missing => AddColumn(missing.Table, missing.Column)),
        .. plan.MissingTables.SelectMany(Comments),
        .. plan.MissingColumns.SelectMany(missing => Comments(missing.Table.Name, [missing.Column])),
        .. plan.Model.Dimensions.SelectMany(dimension => Members(dimension, dimension.SurrogateKey, dimension.DefaultMembers)),
        .. plan.Model.CombinationDimensions.SelectMany(dimension => Members(dimension, dimension.SurrogateKey, dimension.DefaultMembers)),
        .. plan.Model.Dimensions.SelectMany(dimension => FillCurrentKeys(plan, dimension)),
    ]);

    public static SqlScript AddColumns(TableSchema table, IReadOnlyList<Column> columns) => new($"evolve {table.Name}", [.. columns.Select(column => AddColumn(table, column))]);

    public static SqlScript Fill(DateDimension dimension)
    {
        IReadOnlyList<Identifier> columns = [.. dimension.Schema.Columns.Select(column => column.Name)];
        return new SqlScript($"fill {dimension.Name}",
        [
            Statement("insert-days", "The days of the range that are not there yet.", Rules.Sql($"""
                INSERT INTO {dimension.Name} ({Names(columns)})
                SELECT {Names(columns)}
                FROM {Staged} AS src
                WHERE NOT EXISTS (SELECT 1 FROM {dimension.Name} AS tgt WHERE {SameKey("tgt", "src", [dimension.Key])})
                ORDER BY src.{dimension.Key}
                """)),
            .. dimension.DefaultMembers.Select(member => InsertMember(dimension, dimension.Schema, dimension.Key, member)),
        ]);
    }

    private static SqlStatement CreateSchema(Identifier schema)
        => Statement("create-schema", "A zone of the warehouse.", Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {schema}"));

    private static SqlStatement CreateTable(TableSchema table)
        => Statement("create-table", table.Comment.Length > 0 ? table.Comment.ReplaceLineEndings(" ") : "A table of the model.", Rules.Sql($"""
            CREATE TABLE {table.Name} (
                {Lines(table.Columns.Select(Definition))}
            )
            """));

    private static SqlText Definition(Column column)
    {
        var notNull = new SqlText(column.IsNullable ? string.Empty : " NOT NULL");
        return column.Type is { IsText: true, Length: > 0 }
            ? Rules.Sql($"{column.Name} {Type(column.Type)}{notNull} CHECK (length({column.Name}) <= {column.Type.Length})")
            : Rules.Sql($"{column.Name} {Type(column.Type)}{notNull}");
    }

    private static SqlStatement AddColumn(TableSchema table, Column column)
        => Statement("add-column", "A column that the model has gained; older rows hold NULL.", Rules.Sql($"ALTER TABLE {table.Name} ADD COLUMN {column.Name} {Type(column.Type)}"));

    // A length is kept as a check, which DuckDB cannot take from a table that is there: such a table is made anew.
    private static IEnumerable<SqlStatement> Widen(WidenedTable table)
    {
        QualifiedName name = table.Table.Name;
        if (!table.Columns.Any(widened => widened.Column.Type.IsText))
        {
            foreach (var (column, _) in table.Columns)
                yield return Statement("widen-column", "A type that has grown in the model; every stored value stays as it is.", Rules.Sql($"ALTER TABLE {name} ALTER COLUMN {column.Name} TYPE {Type(column.Type)}"));
            yield break;
        }

        var wider = new QualifiedName(name.Schema, name.Name.Value + "_wider");
        Column[] columns = [.. table.Table.Columns.Where(column => table.Present.Contains(column.Name))];
        IEnumerable<SqlText> definitions = table.Present.Select(present => table.Gained.TryGetValue(present, out string? type)
            ? Rules.Sql($"{present} {new SqlText(type)}")
            : Definition(columns.First(column => column.Name == present)));
        yield return Statement("create-wider-table", "The table with the types that have grown.", Rules.Sql($"""
            CREATE TABLE {wider} (
                {Lines(definitions)}
            )
            """));
        yield return Statement("copy-rows", "Every stored value stays as it is.", Rules.Sql($"""
            INSERT INTO {wider} ({Names(table.Present)})
            SELECT {Names(table.Present)}
            FROM {name}
            """));
        yield return Statement("drop-narrower-table", "All its rows are in the other.", Rules.Sql($"DROP TABLE {name}"));
        yield return Statement("rename-wider-table", "Views and macros find it by its name.", Rules.Sql($"ALTER TABLE {wider} RENAME TO {name.Name}"));
        foreach (SqlStatement comment in Comments(table.Table with { Columns = columns }))
            yield return comment;
    }

    private static IEnumerable<SqlStatement> Comments(TableSchema table)
    {
        if (table.Comment.Length > 0)
            yield return Statement("comment-table", "The data dictionary.", Rules.Sql($"COMMENT ON TABLE {table.Name} IS {Constant(table.Comment)}"));
        foreach (SqlStatement statement in Comments(table.Name, table.Columns))
            yield return statement;
    }

    private static IEnumerable<SqlStatement> Comments(QualifiedName table, IEnumerable<Column> columns)
        => columns.Where(column => column.Comment.Length > 0)
            .Select(column => Statement("comment-column", "The data dictionary.", Rules.Sql($"COMMENT ON COLUMN {table}.{column.Name} IS {Constant(column.Comment)}")));

    private static IEnumerable<SqlStatement> Members(LoadTarget dimension, Identifier key, IReadOnlyList<DefaultMember> members)
    {
        QualifiedName keys = DuckDbLedgerSql.SurrogateKeys(dimension.Conventions);
        yield return Statement("begin-surrogate-keys", "Where the next surrogate key is taken from.", Rules.Sql($"""
            INSERT INTO {keys} (target, last_key)
            SELECT {Constant(dimension.Name.ToString())}, 0
            WHERE NOT EXISTS (SELECT 1 FROM {keys} WHERE target = {Constant(dimension.Name.ToString())})
            """));
        foreach (DefaultMember member in members)
        {
            yield return InsertMember(dimension, dimension is Dimension versioned ? versioned.VersionSchema : dimension.Schema, key, member);
            if (dimension is Dimension { History: not null, DurableKey: { } durableKey })
                yield return InsertMember(dimension, dimension.Schema, durableKey, member);
        }
    }

    // Members that were there before have no combination yet.
    private static IEnumerable<SqlStatement> FillCurrentKeys(DeployPlan plan, Dimension dimension) =>
        from missing in plan.MissingColumns
        where missing.Table.Name == dimension.Name && dimension.Definition.CurrentKeys.Any(column => column.Name == missing.Column.Name)
        select Statement("fill-current-key", "No combination is known until a member's next row.", Rules.Sql($"""
            UPDATE {dimension.Name}
            SET {missing.Column.Name} = {CombinationOf(dimension.SurrogateKey)}
            """));

    private static SqlText CombinationOf(Identifier memberKey)
        => Rules.Sql($"CASE WHEN {memberKey} = {DefaultMember.NotApplicable.Key} THEN {DefaultMember.NotApplicable.Key} ELSE {DefaultMember.Unknown.Key} END");

    private static SqlStatement InsertMember(LoadTarget dimension, TableSchema table, Identifier key, DefaultMember member)
    {
        IReadOnlyList<Column> columns = table.Columns;
        return Statement("insert-default-member", $"The member '{member.Label}'; no source row can meet it.", Rules.Sql($"""
            INSERT INTO {table.Name} ({Names(columns.Select(column => column.Name))})
            SELECT {SqlText.Join(", ", columns.Select(column => ValueOfMember(dimension, key, member, column)))}
            WHERE NOT EXISTS (SELECT 1 FROM {table.Name} WHERE {key} = {member.Key})
            """));
    }

    /// <summary>What a default member holds in a column when it is deployed.</summary>
    internal static SqlText ValueOfMember(LoadTarget dimension, Identifier key, DefaultMember member, Column column)
    {
        if (column.Name == key || (dimension is Dimension { DurableKey: { } durableKey } && column.Name == durableKey))
            return Rules.Sql($"{member.Key}");
        SqlText value = dimension is Dimension versioned ? Housekeeping(versioned, member, column) : OfLoad(dimension, column);
        if (!value.IsEmpty)
            return value;
        bool takesLabel = column.Type.IsText && (column.Type.Length == 0 || column.Type.Length >= member.Label.Length)
            && !(dimension is Dimension { NaturalKey: { } naturalKey } && naturalKey.Any(part => part.Name == column.Name));
        return takesLabel ? Constant(member.Label) : new SqlText("NULL");
    }

    private static SqlText OfLoad(LoadTarget dimension, Column column)
        => column.Name == dimension.Conventions.LoadId ? new SqlText("0") : SqlText.Empty;

    private static SqlText Housekeeping(Dimension dimension, DefaultMember member, Column column)
    {
        ModelConventions names = dimension.Conventions;
        if (column.Name == names.ValidFrom)
            return Rules.Sql($"{Type(column.Type)} '0001-01-01'");
        if (column.Name == names.ValidTo)
            return names.OpenEnd == OpenEnd.FarFuture ? Rules.Sql($"{Type(column.Type)} '9999-12-31'") : new SqlText("NULL");
        if (column.Name == names.IsCurrent)
            return new SqlText("TRUE");
        if (column.Name == names.Version)
            return new SqlText("1");
        if (column.Name == names.ChangeReason && dimension.Definition.RecordsChangeReason)
            return new SqlText("NULL");
        if (column.Name == names.IsInferred || column.Name == names.IsDeleted)
            return new SqlText("FALSE");
        if (dimension.Definition.CurrentKeys.Any(key => key.Name == column.Name))
            return Rules.Sql($"{(member == DefaultMember.NotApplicable ? member.Key : DefaultMember.Unknown.Key)}");
        return OfLoad(dimension, column);
    }
}
