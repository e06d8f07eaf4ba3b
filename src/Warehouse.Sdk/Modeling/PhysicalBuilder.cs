using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// Says how the engine is to keep a table: for engines that have such options, which today is Snowflake. DuckDB and PostgreSQL refuse a model with any of them
/// when it is deployed, and change nothing. The tables that a dimension or fact keeps beside its own, for history, events and deletions, are kept the same way.
/// </summary>
/// <remarks>
/// A deployment compares the options with the table and alters what differs. An option that the model no longer has is taken off the table when a deployment had put
/// it there; one that somebody else has put there, and of which the model says nothing, stays.
/// </remarks>
public sealed class PhysicalBuilder
{
    /// <summary>The most columns of a clustering key: Snowflake advises no more than three or four.</summary>
    public const int MaximumClusterColumns = 4;

    /// <summary>The longest retention, in days: Snowflake's, from its Enterprise Edition on; in the Standard Edition it is one day.</summary>
    public const int MaximumRetentionDays = 90;

    /// <summary>The longest value of a tag, in characters.</summary>
    public const int MaximumTagLength = 256;

    private readonly string _table;
    private readonly ModelProblems _problems;
    private PhysicalOptions _options = PhysicalOptions.None;

    internal PhysicalBuilder(string table, ModelProblems problems) => (_table, _problems) = (table, problems);

    /// <summary>
    /// Keeps rows together by these columns, so that queries which ask for ranges of them read less. On Snowflake a clustering key is maintained in the background
    /// and paid for; it is of use for tables of terabytes (its guide "Clustering Keys &amp; Clustered Tables").
    /// </summary>
    /// <param name="columns">Columns of the table by their names, such as <c>payment_date_key</c>; one to four, those with few values first.</param>
    public PhysicalBuilder ClusterBy(params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Identifier[] names = [.. columns.Select(column => new Identifier(column))];
        _problems.Expect(names.Length is > 0 and <= MaximumClusterColumns, _table, FormattableString.Invariant($"ClusterBy names {names.Length} columns; 1 to {MaximumClusterColumns} are possible, and each costs"));
        _problems.Expect(names.Distinct().Count() == names.Length, _table, "ClusterBy names a column twice");
        _options = _options with { ClusterBy = names };
        return this;
    }

    /// <summary>
    /// Keeps the table without the engine's last resort against loss, which costs storage: on Snowflake it has no fail-safe, and a retention of a day at most.
    /// For what can be loaded again. A table that is there keeps what it was created as; a deployment refuses to change it.
    /// </summary>
    public PhysicalBuilder Transient()
    {
        _options = _options with { IsTransient = true };
        return this;
    }

    /// <summary>For how many days a query can see the table as it was, and a table that was dropped can be brought back. The default is the account's or schema's.</summary>
    /// <param name="days">0 to 90; of a transient table 0 or 1. With 0 nothing is kept.</param>
    public PhysicalBuilder Retention(int days)
    {
        _problems.Expect(days is >= 0 and <= MaximumRetentionDays, _table, FormattableString.Invariant($"Retention({days}) is out of range; 0 to {MaximumRetentionDays} days are possible"));
        _options = _options with { RetentionDays = days };
        return this;
    }

    /// <summary>Puts a tag on the table. The tag itself must be there: who may create tags is not for a load to decide.</summary>
    /// <param name="name">The tag: <c>cost_center</c> in the table's own schema, <c>governance.cost_center</c> in another one, or with its database before that.</param>
    /// <param name="value">What it says of the table; at most 256 characters.</param>
    public PhysicalBuilder Tag(string name, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        const int MostParts = 3;
        string[] parts = name.Split('.');
        if (parts.Length > MostParts || parts.Any(string.IsNullOrWhiteSpace))
        {
            _problems.Add(_table, $"Tag('{name}') is no name of a tag; write cost_center, governance.cost_center, or the database before that");
            return this;
        }

        var tag = new TableTag([.. parts.Select(part => new Identifier(part))], value);
        _problems.Expect(value.Length <= MaximumTagLength, _table, FormattableString.Invariant($"Tag('{name}') has a value of {value.Length} characters; {MaximumTagLength} are possible"));
        _problems.Expect(_options.Tags.All(other => !string.Equals(other.Name, tag.Name, StringComparison.OrdinalIgnoreCase)), _table, $"Tag('{name}') is given twice");
        _options = _options with { Tags = [.. _options.Tags, tag] };
        return this;
    }

    internal PhysicalOptions Build()
    {
        _problems.Expect(!_options.IsTransient || _options.RetentionDays is null or <= 1, _table, FormattableString.Invariant($"it is Transient(), which keeps what was changed for 0 or 1 days, and has Retention({_options.RetentionDays}); leave one of them out"));
        return _options;
    }

    /// <summary>Puts the options on a table and on those beside it.</summary>
    internal static TableSchema Apply(PhysicalOptions options, TableSchema table, string place, ModelProblems problems, TableSchema? history = null)
    {
        foreach (Identifier name in options.ClusterBy)
        {
            Column? column = table.Columns.Concat(history?.Columns ?? []).FirstOrDefault(column => column.Name == name);
            problems.Expect(column is not null, place, $"ClusterBy names {name}, which is no column of {table.Name}; there are {string.Join(", ", table.Columns.Select(there => there.Name))}");
            problems.Expect(column is null || column.Type.Kind is not (ColumnKind.Json or ColumnKind.Bytes), place, $"ClusterBy names {name}, {column?.Type}; a clustering key is of texts, numbers, dates, times and flags");
        }

        return options.On(table);
    }
}
