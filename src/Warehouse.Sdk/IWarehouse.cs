namespace Warehouse.Sdk;

/// <summary>
/// The front door: one database, one model, one stage. Safe for use by several threads; loads of different targets run side by side, loads of
/// one target wait for each other.
/// </summary>
public interface IWarehouse : IAsyncDisposable
{
    /// <summary>The name it was registered under; empty for the default one.</summary>
    string Name { get; }

    /// <summary>The engine, as OpenTelemetry calls it: <c>duckdb</c>, <c>postgresql</c> or <c>snowflake</c>. For queries whose text differs from engine to engine.</summary>
    string SystemName { get; }

    /// <summary>The model.</summary>
    DimensionalModel Model { get; }

    /// <summary>Where files wait.</summary>
    IStageClient Stage { get; }

    /// <summary>Rows into tables of the landing zone.</summary>
    IWarehouseLoader Loader { get; }

    /// <summary>Batches into dimensions.</summary>
    IScdMerger Scd { get; }

    /// <summary>Batches into facts, bridges and tables of the enterprise zone.</summary>
    IIncrementalLoader Incremental { get; }

    /// <summary>
    /// Creates what the database lacks of the model: schemas, tables, columns, history views, default members, days of date dimensions, the ledger. Columns
    /// whose types have grown in the model are widened: whole numbers and floating point of more bits, decimals of more digits, longer texts.
    /// Physical options of tables that differ from the model's are altered, where the engine has any. Deploying again does nothing. All of it happens in one transaction or not at all.
    /// </summary>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseSchemaException">The model differs from the database in a way that would lose data or history; every such difference is named.</exception>
    Task<DeployReport> DeployAsync(CancellationToken cancellationToken = default);

    /// <summary>Does the same, and what <paramref name="options"/> allow to be done to what is stored.</summary>
    /// <param name="options">What is allowed.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseSchemaException">The model differs from the database in a way that would lose data; every such difference is named.</exception>
    Task<DeployReport> DeployAsync(DeployOptions options, CancellationToken cancellationToken = default);

    /// <summary>What a deployment would run, and what it would create, add and widen; nothing is changed. It waits for loads as a deployment does.</summary>
    /// <param name="options">What would be allowed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseSchemaException">The deployment would be refused.</exception>
    Task<DeployScript> PlanDeployAsync(DeployOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads a batch into a table of the model, by the rules the model gives it. Data, ledger and watermark are committed together; when it
    /// throws, the target is as it was.
    /// </summary>
    /// <param name="target">The table.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the target is then as it was.</param>
    /// <exception cref="WarehouseLoadException">The load was refused or failed.</exception>
    /// <exception cref="WarehouseStageException">A staged file is not there or cannot be read.</exception>
    /// <exception cref="WarehouseSchemaException">The source lacks columns.</exception>
    /// <exception cref="WarehouseConcurrencyException">Another load held the target for too long.</exception>
    Task<LoadReport> LoadAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads rows that were rejected before, after what was wrong is mended: the model, the tables they refer to, or the rows themselves, which may be corrected in
    /// <c>warehouse.reject</c> (column <c>raw_row</c>). Each row is replayed once: it is marked with the load that did (<c>replayed_by</c>), and the mark is committed
    /// with the rows. What is still wrong fails the replay and leaves everything as it was, or, with <see cref="LoadOptions.Rejects"/>, is kept anew under this
    /// load, with its own file and line. Rows without a time of their own take that of the replay; give <see cref="LoadOptions.AsOf"/>.
    /// </summary>
    /// <param name="target">The table; one that its loads add to.</param>
    /// <param name="replay">Which rows, and how they are written. The default is all of the target's.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; everything is then as it was.</param>
    /// <exception cref="ArgumentException">The table is replaced by its loads.</exception>
    /// <exception cref="WarehouseLoadException">A row is still wrong, or the load failed.</exception>
    Task<LoadReport> ReplayRejectsAsync(LoadTarget target, RejectReplay? replay = null, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The statements that a load would run, with their names and purposes. Runs nothing and opens no connection.</summary>
    /// <param name="target">The table.</param>
    /// <param name="source">Where the rows would come from.</param>
    /// <param name="options">What would be particular to the load.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<LoadPlan> PlanAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Holds everything that has to be true of the tables against all rows of the model: history without overlaps, one current version, every fact
    /// on the version valid at its own time, weights that sum to 1, rows whose load the ledger knows, and so on. Each violation comes back as a
    /// row. Nothing is changed; a finding is no exception.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseException">A table is missing, or the engine failed.</exception>
    /// <remarks>
    /// All rules see one state of the database, and loads go on meanwhile: in PostgreSQL by a transaction that is <c>REPEATABLE READ, READ ONLY</c>,
    /// in DuckDB by a <c>READ ONLY</c> one, which has a snapshot of its own. Whole tables are read once or more for each rule; it is meant for after a
    /// run or for the night, not for between two loads. The rules are the invariants of Kimball's designs and those that loads keep: a fact may meet a
    /// default member, and before the first version the first, in a gap the version before it.
    /// </remarks>
    Task<VerifyReport> VerifyAsync(CancellationToken cancellationToken = default);

    /// <summary>Does the same for one table. Of a fact, its links are followed; the history of its dimensions is not looked at.</summary>
    /// <param name="target">A table of the model, of whatever kind.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The table is one of another model.</exception>
    /// <exception cref="WarehouseException">A table is missing, or the engine failed.</exception>
    Task<VerifyReport> VerifyAsync(LoadTarget target, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the versions of one member in the order of their validity, mapped as <see cref="QueryAsync"/> does; empty when there is no such member.
    /// The key is given to the engine as parameters, never as text.
    /// </summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="naturalKey">The values of its natural key in the declared order, of the types of their columns; whole numbers may be of any size, enums are their names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TVersion">
    /// What a version is read into. A record with a constructor takes the columns that its parameters name, underscores left out; a class with
    /// properties takes all that it has.
    /// </typeparam>
    /// <exception cref="ArgumentException">The key has other columns or types, or <typeparamref name="TVersion"/> asks for a column the dimension does not have.</exception>
    /// <exception cref="WarehouseException">The table is missing, or the engine failed.</exception>
    Task<IReadOnlyList<TVersion>> HistoryOfAsync<TVersion>(Dimension dimension, IReadOnlyList<object> naturalKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives members the natural keys that their source has changed to: all versions, remembered events, bridges of its groups, maps of its
    /// hierarchy and facts that keep the key get the new one; surrogate keys, history and links stay as they are. All mappings and the ledger's row about them are committed together. Doing it again does nothing.
    /// </summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="mappings">Old and new keys. A member that is not there, or was given its new key before, counts as unchanged.</param>
    /// <param name="cancellationToken">Gives up; the dimension is then as it was.</param>
    /// <returns>What became of the mappings: <see cref="LoadCounts.Updated"/> members have a new key, <see cref="LoadCounts.Unchanged"/> had it or are not there.</returns>
    /// <exception cref="ArgumentException">
    /// A key has other columns or types than the dimension; the dimension is the history of a mini-dimension's combinations, which goes along with the
    /// dimension itself; or a fact keeps the key in a column that says something else too, such as the key of another dimension.
    /// </exception>
    /// <exception cref="WarehouseLoadException">
    /// Another member has a new key already, or another table has rows of it that would meet the member's: two histories are not merged. Nothing was changed.
    /// </exception>
    Task<LoadReport> RekeyAsync(Dimension dimension, IReadOnlyList<KeyMapping> mappings, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases what is known of members, as a request for erasure asks: every value of their attributes, the rows they came from where events are
    /// remembered, their combinations in mini-dimensions, and rejected rows that name them. The natural key, the surrogate key of the first version and the
    /// facts stay: the member is a placeholder (<c>is_inferred</c>) from its first version to its last end, and facts of its other versions get the
    /// key that stays. All members and the ledger's row about it are committed together. Doing it again does nothing.
    /// </summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="members">The natural keys, each with its values in the declared order. A member that is not there counts as unchanged.</param>
    /// <param name="cancellationToken">Gives up; the dimension is then as it was.</param>
    /// <returns>What became of the members: <see cref="LoadCounts.Updated"/> were erased, <see cref="LoadCounts.Unchanged"/> are not there or were erased before.</returns>
    /// <exception cref="ArgumentException">A key has other columns or types than the dimension.</exception>
    /// <remarks>
    /// <para>Where the natural key itself says who a member is, give it another one first with <see cref="RekeyAsync"/>. Tables of the landing and enterprise
    /// zones, staged files and columns of facts that hold such values are the host's to clear. Of a rejected row the reason, file and line stay; a
    /// row counts as the member's when every part of the key stands in it as a word of its own.</para>
    /// <para>A source that still sends the member fills the placeholder in again: erase it there first. Tables derived from facts follow with their next
    /// load. The engine may keep deleted values in its files until it reclaims the space (PostgreSQL: <c>VACUUM</c>, and the write-ahead log; DuckDB: the next
    /// checkpoint, and blocks that are free but not overwritten).</para>
    /// </remarks>
    Task<LoadReport> PurgeAsync(Dimension dimension, IReadOnlyList<IReadOnlyList<object>> members, CancellationToken cancellationToken = default);

    /// <summary>Reads rows of a query into a type, column by column name (underscores are ignored); for people and reports, not for bulk.</summary>
    /// <param name="sql">The query in the engine's own SQL. Give values as parameters.</param>
    /// <param name="parameters">An object whose properties are the query's parameters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">The type of a row.</typeparam>
    Task<IReadOnlyList<TRow>> QueryAsync<TRow>(string sql, object? parameters = null, CancellationToken cancellationToken = default);
}
