using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Creates the model's tables with the keys and indexes that loads look rows up by, and that keep what the loads promise.</summary>
internal static class PostgresSchemaSql
{
    public static SqlStatement ReadColumns(DimensionalModel model)
    {
        PostgresIdentifierRules.ExpectShortNames(model);
        SqlText schemas = SqlText.Join(", ", model.Tables.Select(table => Constant(table.Name.Schema.Value)).Distinct());
        return Statement("read-columns", "What the database has already.", Rules.Sql($"""
            SELECT namespace.nspname AS schema_name, class.relname AS table_name, attribute.attname AS column_name, format_type(attribute.atttypid, attribute.atttypmod) AS data_type
            FROM pg_catalog.pg_attribute AS attribute
            JOIN pg_catalog.pg_class AS class ON class.oid = attribute.attrelid
            JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
            WHERE namespace.nspname IN ({schemas})
              AND class.relkind IN ('r', 'p')
              AND attribute.attnum > 0
              AND NOT attribute.attisdropped
            ORDER BY namespace.nspname, class.relname, attribute.attnum
            """));
    }

    public static SqlScript Deploy(DeployPlan plan) => new($"deploy {plan.Model.Name}",
    [
        .. plan.MissingTables.Select(table => table.Name.Schema).Distinct().Select(CreateSchema),
        .. plan.MissingTables.Select(CreateTable),
        .. plan.Model.Tables.Where(target => plan.MissingTables.Any(missing => missing.Name == target.Name)).SelectMany(PostgresIndexSql.Create),
        .. plan.Model.Dimensions.Where(dimension => plan.MissingTables.Any(missing => missing.Name == dimension.Events?.Name)).Select(PostgresIndexSql.CreateOfEvents),
        .. plan.Widened.SelectMany(table => Widen(plan, table)),
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
                {Lines([.. table.Columns.Select(Definition), PrimaryKey(table)])}
            )
            """));

    private static SqlText Definition(Column column)
        => Rules.Sql($"{column.Name} {Type(column.Type)}{new SqlText(column.IsNullable ? string.Empty : " NOT NULL")}");

    private static SqlText PrimaryKey(TableSchema table)
        => table.PrimaryKey.Count == 0 ? SqlText.Empty : Rules.Sql($"PRIMARY KEY ({Names(table.PrimaryKey)})");

    private static SqlStatement AddColumn(TableSchema table, Column column)
        => Statement("add-column", "A column that the model has gained; older rows hold NULL.", Rules.Sql($"ALTER TABLE {table.Name} ADD COLUMN {column.Name} {Type(column.Type)}"));

    // A view holds the types of its columns; the deployment makes it anew.
    private static IEnumerable<SqlStatement> Widen(DeployPlan plan, WidenedTable table)
    {
        foreach (QualifiedName view in plan.Model.Dimensions.Where(dimension => dimension.HistoryTable == table.Table.Name).Select(dimension => dimension.CurrentView).OfType<QualifiedName>())
            yield return Statement("drop-current-view", "It is made again with the wider columns.", Rules.Sql($"DROP VIEW IF EXISTS {view}"));
        yield return Statement("widen-columns", "Types that have grown in the model; every stored value stays as it is.", Rules.Sql($"""
            ALTER TABLE {table.Table.Name}
                {Lines(table.Columns.Select(widened => Rules.Sql($"ALTER COLUMN {widened.Column.Name} TYPE {Type(widened.Column.Type)}")))}
            """));
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
        QualifiedName keys = PostgresLedgerSql.SurrogateKeys(dimension.Conventions);
        yield return Statement("begin-surrogate-keys", "Where the next surrogate key is taken from.", Rules.Sql($"""
            INSERT INTO {keys} (target, last_key)
            VALUES ({Constant(dimension.Name.ToString())}, 0)
            ON CONFLICT (target) DO NOTHING
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
        bool takesLabel = column.Type.Kind == ColumnKind.Text && (column.Type.Length == 0 || column.Type.Length >= member.Label.Length)
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
