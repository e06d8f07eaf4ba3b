using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>A staging table that other connections than the load's own can fill.</summary>
internal static class PostgresSharedStagingSql
{
    /// <summary>32 hexadecimal digits follow.</summary>
    public const string Prefix = "staged_";

    /// <summary>The columns of the private table in the words of a CREATE TABLE.</summary>
    public static string ReadColumns { get; } = Rules.Sql($"""
        SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
        FROM pg_attribute
        WHERE attrelid = CAST({Constant(Rules.Sql($"{Staged}").ToString())} AS regclass)
          AND attnum > 0
          AND NOT attisdropped
        """).ToString();

    /// <summary>Held by the load's transaction from before the table is there until after it is gone.</summary>
    public static string Hold(QualifiedName table) => Rules.Sql($"SELECT pg_advisory_xact_lock({Key(Constant(table.Name.Value))})").ToString();

    /// <summary>Not logged: what a crash of the server empties nobody would read. Housekeeping of the server's own would only get in the way.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">As the server itself has written them.</param>
    public static string Create(QualifiedName table, string columns)
        => Rules.Sql($"CREATE UNLOGGED TABLE {table} ({new SqlText(columns)}) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false)").ToString();

    /// <summary>All later statements read the private table's name. Rows that are there already came before the rejects that ended a first call.</summary>
    public static string TakePlace(QualifiedName table) => Rules.Sql($"""
        INSERT INTO {table} SELECT * FROM {Staged};
        DROP TABLE {Staged};
        CREATE TEMP VIEW {Staged.Name} AS SELECT * FROM {table}
        """).ToString();

    /// <summary>Three thousand rows tell the planner enough; the server's usual thirty thousand take a quarter of the time that staging takes.</summary>
    public static string Analyze(QualifiedName table) => Rules.Sql($"""
        SET LOCAL default_statistics_target = 10;
        ANALYZE {table};
        SET LOCAL default_statistics_target TO DEFAULT
        """).ToString();

    /// <summary>A view outlives its transaction. A backup that reads the table must not hold up the commit: the table is then left to a sweep.</summary>
    public static string Drop(QualifiedName table)
    {
        SqlText drop = Rules.Sql($"""
            BEGIN
                LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT;
                DROP TABLE {table};
            EXCEPTION WHEN lock_not_available THEN
                NULL;
            END
            """);
        return Rules.Sql($"DROP VIEW {Staged}; DO {Constant(drop.ToString())}").ToString();
    }

    public static string Discard(QualifiedName table) => Rules.Sql($"DROP TABLE IF EXISTS {table}").ToString();

    /// <summary>Drops the tables of loads that are no more. One that is in use, or another role's, stays.</summary>
    public static SqlStatement Sweep(Identifier schema)
    {
        SqlText sweep = Rules.Sql($"""
            DECLARE
                leftover record;
            BEGIN
                FOR leftover IN
                    SELECT relname AS name, format('%I.%I', nspname, relname) AS place
                    FROM pg_class
                    JOIN pg_namespace ON pg_namespace.oid = relnamespace
                    WHERE nspname = {Constant(schema.Value)}
                      AND relname ~ {Constant($"^{Prefix}[0-9a-f]{{32}}$")}
                      AND relkind = 'r'
                      AND relpersistence = 'u'
                LOOP
                    BEGIN
                        IF pg_try_advisory_xact_lock({Key(new SqlText("leftover.name"))}) THEN
                            EXECUTE 'LOCK TABLE ' || leftover.place || ' IN ACCESS EXCLUSIVE MODE NOWAIT';
                            EXECUTE 'DROP TABLE ' || leftover.place;
                        END IF;
                    EXCEPTION WHEN lock_not_available OR undefined_table OR insufficient_privilege OR dependent_objects_still_exist THEN
                        NULL;
                    END;
                END LOOP;
            END
            """);
        return Statement("sweep-staging-tables", "What crashed loads have left behind; a living load holds a lock on the name of its own.", Rules.Sql($"DO {Constant(sweep.ToString())}"));
    }

    private static SqlText Key(SqlText name) => Rules.Sql($"hashtextextended('warehouse-sdk ' || {name}, 0)");
}
