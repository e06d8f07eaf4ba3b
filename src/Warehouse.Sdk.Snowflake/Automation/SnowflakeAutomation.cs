using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Definitions by which Snowflake loads and derives tables of a model on its own schedule, without the SDK: pipes, streams, tasks and dynamic tables. They are scripts, to be printed,
/// handed to whoever may create such objects, or run with <see cref="SnowflakeWarehouseExtensions.RunAsync"/>. All of them are <c>IF NOT EXISTS</c>: run again they change nothing, and
/// nothing that is there is replaced. They were written from Snowflake's documentation and never run on a live account.
/// </summary>
/// <remarks>
/// <para>What runs so is no load of the SDK's. The ledger has no row of it: which file was loaded only Snowflake remembers (a pipe for 14 days), no watermark moves, and the rows carry the load 0, which
/// <see cref="IWarehouse.VerifyAsync(CancellationToken)"/> tells as a load that the ledger does not know. Nothing is rejected with a reason: a file with a bad value is skipped as a whole, where Snowflake does as <c>ON_ERROR</c> says, which
/// its documentation does not promise of a table with a stream (see <c>COPY_HISTORY</c>); and a row without a key stays in the landing table and goes no further.</para>
/// <para>What a schedule of Snowflake's cannot do right is not generated: versions of type 2, facts, bridges and everything else whose load needs its parts in an order, an id and a place for rejects.
/// <see cref="Upsert(DimensionalModel, ZoneTable, Dimension, UpsertTaskOptions)"/> says of a dimension why.</para>
/// </remarks>
public static class SnowflakeAutomation
{
    /// <summary>A pipe that loads files into a landing table as they arrive (Snowflake, "CREATE PIPE"). Its rows go on with <see cref="Upsert(DimensionalModel, ZoneTable, ZoneTable, UpsertTaskOptions)"/>.</summary>
    /// <param name="landing">A table of the landing zone.</param>
    /// <param name="options">Where the files arrive, and their form.</param>
    /// <exception cref="ArgumentException">The table is not of the landing zone, or an option makes no sense.</exception>
    public static SqlScript Pipe(ZoneTable landing, PipeOptions options)
    {
        ArgumentNullException.ThrowIfNull(landing);
        ArgumentNullException.ThrowIfNull(options);
        ExpectLanding(landing);
        return SnowflakePipeSql.Create(landing, options);
    }

    /// <summary>
    /// A stream over a landing table and a task that merges its new rows into a table of the enterprise zone: the latest row of each key by <see cref="UpsertTaskOptions.LatestBy"/>. Of rows that are
    /// equally late the one of the last file and line is taken, where a load of the SDK would reject them as contradictory.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="landing">Its table of the landing zone; it has all columns of the target.</param>
    /// <param name="target">Its table of the enterprise zone, upserted by key.</param>
    /// <param name="options">The warehouse, the schedule and the order of rows.</param>
    /// <exception cref="ArgumentException">The task would not be right; the message says why.</exception>
    public static SqlScript Upsert(DimensionalModel model, ZoneTable landing, ZoneTable target, UpsertTaskOptions options)
    {
        Expect(model, landing, target, options);
        List<string> problems = [.. Lacking(landing, target)];
        if (target.Zone != Zone.Enterprise || target.Growth.Strategy != FactStrategy.Upsert)
            problems.Add("it is not upserted by key; only tables of the enterprise zone that are can be");
        if (options.LatestBy is not { } latest)
            problems.Add("nothing says which of several rows of a key is the latest; name a column in LatestBy");
        else if (target.SourceColumns.All(column => column.Name != latest))
            problems.Add($"LatestBy names {latest}, which is no column of it");
        Refuse(target, problems);
        return SnowflakeTaskSql.Upsert(landing, target, options);
    }

    /// <summary>
    /// A stream over a landing table and a task that merges its new rows into a dimension whose attributes are all of type 1: members are added with surrogate keys of the same counter, and overwritten by
    /// what is not older than what they were last told. The task holds the lock that loads of the SDK hold, so that both may write the dimension.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="landing">Its table of the landing zone; it has all columns of the dimension's rows.</param>
    /// <param name="dimension">Its dimension.</param>
    /// <param name="options">The warehouse and the schedule.</param>
    /// <exception cref="ArgumentException">The dimension needs what a task cannot do right; the message says what.</exception>
    public static SqlScript Upsert(DimensionalModel model, ZoneTable landing, Dimension dimension, UpsertTaskOptions options)
    {
        Expect(model, landing, dimension, options);
        Refuse(dimension, [.. Lacking(landing, dimension), .. SnowflakeTaskSql.Reasons(model, dimension, options)]);
        return SnowflakeTaskSql.Upsert(landing, dimension, options);
    }

    /// <summary>
    /// A dynamic table with what an aggregate of the model holds after its next load: summed up from the fact and its dimensions by Snowflake itself, beside the aggregate or instead of loading it.
    /// </summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="options">Its name, warehouse and lag.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static SqlScript DynamicTable(AggregateFact aggregate, DynamicTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(options);
        return SnowflakeDynamicTableSql.Create(aggregate, options);
    }

    /// <summary>A dynamic table with the rows of a dimension's <see cref="Dimension.CurrentView"/>: the open version of each member, kept by Snowflake for those who read it often.</summary>
    /// <param name="dimension">A dimension with history views.</param>
    /// <param name="options">Its name, warehouse and lag.</param>
    /// <exception cref="ArgumentException">The dimension has no such view, or an option makes no sense.</exception>
    public static SqlScript DynamicTable(Dimension dimension, DynamicTableOptions options)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ArgumentNullException.ThrowIfNull(options);
        return dimension.CurrentView is null
            ? throw new ArgumentException($"{dimension.Name} has no view of current versions: it keeps no history, or none is asked for. Read the table itself.", nameof(dimension))
            : SnowflakeDynamicTableSql.Create(dimension, options);
    }

    private static void Expect(DimensionalModel model, ZoneTable landing, LoadTarget target, UpsertTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(landing);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ExpectLanding(landing);
        foreach (LoadTarget table in new[] { landing, target }.Where(table => !model.Contains(table)))
            throw new ArgumentException($"{table.Name} is no table of the model '{model.Name}'.");
        if (options.Every < TimeSpan.FromMinutes(1) || options.Every > UpsertTaskOptions.MaximumEvery || options.Every.Ticks % TimeSpan.TicksPerMinute != 0)
            throw new ArgumentException($"A task cannot run every {options.Every}; whole minutes from 1 to {UpsertTaskOptions.MaximumEvery.TotalMinutes:0} are possible.", nameof(options));
    }

    private static void ExpectLanding(ZoneTable landing)
    {
        if (landing.Zone != Zone.Landing)
            throw new ArgumentException($"{landing.Name} is a table of the {landing.Zone} zone; files arrive in one of the landing zone.", nameof(landing));
    }

    private static IEnumerable<string> Lacking(ZoneTable landing, LoadTarget target)
        => from column in target.SourceColumns
           let landed = landing.SourceColumns.FirstOrDefault(other => other.Name == column.Name)
           where landed is null || landed.Type.Kind != column.Type.Kind
           select landed is null ? $"{landing.Name} has no column {column.Name}" : $"{landing.Name}.{column.Name} is {landed.Type}, and {target.Name}.{column.Name} is {column.Type}";

    private static void Refuse(LoadTarget target, List<string> problems)
    {
        if (problems.Count > 0)
            throw new ArgumentException($"No task can merge into {target.Name} what a load would:\n  - {string.Join("\n  - ", problems)}\nLoad it with the SDK.");
    }
}
