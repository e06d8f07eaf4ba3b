using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>Only a query that surely reads one table as it stands is read more than once.</summary>
public sealed class PlainQueryTests
{
    [Theory]
    [InlineData("SELECT * FROM customer", "customer")]
    [InlineData("select id, name from Staging.Customer;", "Staging.Customer")]
    [InlineData("SELECT c.id,\n       c.name AS label\nFROM lake.main.customer AS c\nWHERE c.id > 10 AND c.active", "lake.main.customer")]
    [InlineData("SELECT \"from\" FROM \"Odd name\" x", null)]
    [InlineData("SELECT * FROM \"Odd name\"", "\"Odd name\"")]
    public void It_is_recognised(string sql, string? table) => PlainQuery.Table(SqlText.FromHost(sql)).Should().Be(table);

    [Theory]
    [InlineData("SELECT DISTINCT id FROM customer")]
    [InlineData("SELECT id, random() AS r FROM customer")]
    [InlineData("SELECT * FROM read_csv('customer.csv')")]
    [InlineData("SELECT * FROM 'customer.csv'")]
    [InlineData("SELECT * FROM \"customer.csv\"")]
    [InlineData("SELECT * FROM a, b")]
    [InlineData("SELECT * FROM a JOIN b USING (id)")]
    [InlineData("SELECT * FROM a NATURAL JOIN b")]
    [InlineData("SELECT * FROM a UNION ALL SELECT * FROM b")]
    [InlineData("SELECT id FROM a WHERE id IN (SELECT id FROM b)")]
    [InlineData("SELECT id FROM a GROUP BY id")]
    [InlineData("SELECT * FROM a LIMIT 10")]
    [InlineData("SELECT * FROM a ORDER BY id")]
    [InlineData("SELECT * FROM a FOR UPDATE")]
    [InlineData("SELECT * FROM a TABLESAMPLE SYSTEM 10")]
    [InlineData("SELECT * FROM a WHERE name = 'x'")]
    [InlineData("SELECT * FROM a WHERE id > $from")]
    [InlineData("SELECT * FROM a -- all of it")]
    [InlineData("SELECT * FROM a; DROP TABLE a")]
    [InlineData("WITH b AS (SELECT 1) SELECT * FROM b")]
    [InlineData("FROM customer")]
    [InlineData("TABLE customer")]
    public void Anything_else_is_not(string sql) => PlainQuery.Table(SqlText.FromHost(sql)).Should().BeNull();
}
