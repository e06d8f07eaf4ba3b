using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Creates the model's tables. No keys and indexes: Snowflake enforces no key, and the loads check what they would.</summary>
internal static class SnowflakeSchemaSql
{
    public static SqlStatement ReadColumns(DimensionalModel model)
    {
        SqlText schemas = SqlText.Join(", ", model.Tables.Select(table => Constant(SnowflakeIdentifierRules.Stored(table.Name.Schema.Value))).Distinct());
        return Statement("read-columns", "What the database has already.", Rules.Sql($"""
            SELECT {LogicalName("present.table_schema")} AS schema_name,
                   {LogicalName("present.table_name")} AS table_name,
                   {LogicalName("present.column_name")} AS column_name,
                   CASE WHEN present.data_type = 'NUMBER' THEN 'NUMBER(' || CAST(present.numeric_precision AS VARCHAR) || ',' || CAST(present.numeric_scale AS VARCHAR) || ')'
                        WHEN present.data_type = 'TEXT' AND present.character_maximum_length < 16777216 THEN 'VARCHAR(' || CAST(present.character_maximum_length AS VARCHAR) || ')'
                        WHEN present.data_type = 'TEXT' THEN 'VARCHAR'
                        WHEN present.data_type IN ('TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ') THEN present.data_type || '(' || CAST(present.datetime_precision AS VARCHAR) || ')'
                        ELSE present.data_type END AS data_type
            FROM information_schema.columns AS present
            JOIN information_schema.tables AS owner ON owner.table_schema = present.table_schema AND owner.table_name = present.table_name
            WHERE present.table_schema IN ({schemas})
              AND owner.table_type = 'BASE TABLE'
            ORDER BY present.table_schema, present.table_name, present.ordinal_position
            """));
    }

    // Names in capitals are those that the model writes in small letters.
    internal static SqlText LogicalName(string column) => Rules.Sql($"CASE WHEN {new SqlText(column)} = upper({new SqlText(column)}) THEN lower({new SqlText(column)}) ELSE {new SqlText(column)} END");

    public static SqlScript Deploy(DeployPlan plan) => new($"deploy {plan.Model.Name}",
    [
        .. plan.MissingTables.Select(table => table.Name.Schema).Distinct().Select(CreateSchema),
        .. SnowflakeTableOptionSql.Note(plan),
        .. plan.MissingTables.Select(CreateTable),
        .. plan.Widened.SelectMany(Widen),
        .. plan.MissingColumns.Select(missing => AddColumn(missing.Table, missing.Column)),
        .. SnowflakeTableOptionSql.Change(plan),
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
            CREATE {SnowflakeTableOptionSql.Kind(table)}TABLE IF NOT EXISTS {table.Name} (
                {Lines(table.Columns.Select(Definition))}
            )
            {SnowflakeTableOptionSql.Clauses(table)}
            """));

    private static SqlText Definition(Column column)
        => Rules.Sql($"{column.Name} {Type(column.Type)}{new SqlText(column.IsNullable ? string.Empty : " NOT NULL")}");

    private static SqlStatement AddColumn(TableSchema table, Column column)
        => Statement("add-column", "A column that the model has gained; older rows hold NULL.", Rules.Sql($"ALTER TABLE {table.Name} ADD COLUMN IF NOT EXISTS {column.Name} {Type(column.Type)}"));

    private static IEnumerable<SqlStatement> Widen(WidenedTable table)
        => table.Columns.Select(widened => Statement("widen-column", "A type that has grown in the model; every stored value stays as it is.", Rules.Sql($"ALTER TABLE {table.Table.Name} ALTER COLUMN {widened.Column.Name} SET DATA TYPE {Type(widened.Column.Type)}")));

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
        QualifiedName keys = SnowflakeLedgerSql.SurrogateKeys(dimension.Conventions);
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
            return Rules.Sql($"CAST('0001-01-01' AS {Type(column.Type)})");
        if (column.Name == names.ValidTo)
            return names.OpenEnd == OpenEnd.FarFuture ? Rules.Sql($"CAST('9999-12-31' AS {Type(column.Type)})") : new SqlText("NULL");
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
