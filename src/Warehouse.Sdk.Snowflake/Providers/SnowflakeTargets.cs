using System.Collections.Concurrent;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// One load per target at a time: each target has a table of one row, which the load changes first in its transaction. A table each, because Snowflake locks
/// whole partitions, and one table for all would let loads of different targets wait for each other.
/// </summary>
internal sealed class SnowflakeTargets
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.OrdinalIgnoreCase);

    public bool IsKnown(string target) => _known.ContainsKey(target);

    public void Know(string target) => _known[target] = true;

    public static SqlStatement Create(string target) => Statement("create-lock", "What loads of the target wait for.", Rules.Sql($"CREATE TABLE IF NOT EXISTS {Table(target)} (taken NUMBER(19,0) NOT NULL)"));

    public static SqlStatement Begin(string target) => Statement("begin-lock", "Its one row.", Rules.Sql($"""
        INSERT INTO {Table(target)} (taken)
        SELECT 0
        WHERE NOT EXISTS (SELECT 1 FROM {Table(target)})
        """));

    public static SqlStatement Take(string target) => Statement("take-lock", "Waits for other loads of the target, and lets others wait until the transaction ends.", Rules.Sql($"UPDATE {Table(target)} SET taken = taken + 1"));

    public static SqlStatement Read(string target) => Statement("read-lock", "How often it was taken.", Rules.Sql($"SELECT max(taken) AS taken FROM {Table(target)}"));

    private static QualifiedName Table(string target) => Temp($"lock {target}");
}
