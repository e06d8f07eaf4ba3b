using System.Data.Common;
using System.Linq.Expressions;

namespace Warehouse.Sdk;

/// <summary>Names the sources of a load.</summary>
public static class Source
{
    /// <summary>Rows of the host's own type, drained once, one at a time.</summary>
    /// <param name="rows">The rows.</param>
    /// <typeparam name="TRow">The target's row type.</typeparam>
    public static LoadSource Rows<TRow>(IEnumerable<TRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ObjectLoadSource<TRow>((shape, _) => new ObjectFeed<TRow>(rows, shape));
    }

    /// <summary>Rows of the host's own type, drained once, one at a time.</summary>
    /// <param name="rows">The rows.</param>
    /// <typeparam name="TRow">The target's row type.</typeparam>
    public static LoadSource Rows<TRow>(IAsyncEnumerable<TRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ObjectLoadSource<TRow>((shape, cancellationToken) => new ObjectFeed<TRow>(rows, shape, cancellationToken));
    }

    /// <summary>Any data reader; its columns are matched by name, further ones are left out. The caller keeps and disposes it.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="description">The source in words, for the ledger.</param>
    public static LoadSource Reader(DbDataReader reader, string description = "data reader")
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new ReaderLoadSource(reader, description);
    }

    /// <summary>A CSV file on disk. The ledger knows it by path, size and checksum.</summary>
    /// <param name="path">The file, taken literally.</param>
    /// <param name="format">How it is written; by default RFC 4180 with a header.</param>
    public static LoadSource Csv(string path, CsvFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new FileLoadSource(new PlainFiles(path, isLiteral: true), format ?? CsvFormat.Default, FileReadOptions.Default, $"file {path}");
    }

    /// <summary>A CSV file on the warehouse's stage. The ledger knows it by path, size and checksum.</summary>
    /// <param name="path">Its path on the stage, taken literally.</param>
    /// <param name="format">How it is written; by default RFC 4180 with a header.</param>
    public static LoadSource StagedCsv(string path, CsvFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new FileLoadSource(new StagedFiles(path, isLiteral: true), format ?? CsvFormat.Default, FileReadOptions.Default, $"staged file {path}");
    }

    /// <summary>
    /// Files on disk, one after the other in the order of their paths. The ledger knows each by path, size and checksum: where a load adds to what is
    /// there, those loaded before are left out; where it replaces, all are read unless all are known. Columns are matched by name, file by file.
    /// </summary>
    /// <param name="path">
    /// A path, a prefix that ends in <c>/</c>, or a pattern: <c>*</c> and <c>?</c> stand for anything without a <c>/</c>, <c>**</c> for folders.
    /// </param>
    /// <param name="format">How they are written.</param>
    /// <param name="options">What of their paths becomes columns.</param>
    public static LoadSource Files(string path, FileFormat format, FileReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(format);
        return new FileLoadSource(new PlainFiles(path, isLiteral: false), format, options ?? FileReadOptions.Default, $"{(FilePattern.IsPattern(path) ? "files" : "file")} {path}");
    }

    /// <summary>The same for files on the warehouse's stage.</summary>
    /// <param name="path">A path, prefix or pattern as of <see cref="Files"/>.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="options">What of their paths becomes columns.</param>
    public static LoadSource StagedFiles(string path, FileFormat format, FileReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(format);
        return new FileLoadSource(new StagedFiles(path, isLiteral: false), format, options ?? FileReadOptions.Default, $"staged {(FilePattern.IsPattern(path) ? "files" : "file")} {path}");
    }

    /// <summary>
    /// Rows that <c>StageRowsAsync</c> has staged: the files that the manifest names and no others, each held against the size, checksum and number of rows
    /// that it was written with. The ledger knows them, so a load that is complete loads once.
    /// </summary>
    /// <param name="path">The manifest's path on the stage, or its folder with a <c>/</c> at its end.</param>
    /// <param name="format">The format of the files. CSV and JSON lines follow from the manifest; others have to be given.</param>
    public static LoadSource StagedLoad(string path, FileFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string manifest = path.EndsWith('/') ? path + Sdk.StagedLoad.ManifestName : path;
        return new FileLoadSource(new StagedLoadFiles(manifest), format, FileReadOptions.Default with { AllowNoFiles = true }, $"staged load {manifest}");
    }

    /// <summary>The same.</summary>
    /// <param name="load">The staged rows.</param>
    /// <param name="format">The format of the files. CSV and JSON lines follow from the manifest; others have to be given.</param>
    public static LoadSource StagedLoad(StagedLoad load, FileFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(load);
        return StagedLoad(load.ManifestPath, format);
    }

    /// <summary>A query over tables of the warehouse itself. Its columns are matched by name and converted to the target's types first.</summary>
    /// <param name="sql">One SELECT in the engine's own SQL. It is the host's statement: give values as parameters, never as text.</param>
    /// <param name="parameters">Values for the query's <c>$name</c> parameters.</param>
    /// <param name="description">The source in words, for the ledger.</param>
    /// <remarks>
    /// A query that only reads columns of one table, without calls, joins, texts or parameters, is read in place when a dimension is loaded; what any
    /// other query gives is worked out once and copied first. Rows that are read in place have no number: their rejects tell the key and no line.
    /// </remarks>
    public static LoadSource Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, string description = "query")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        if (parameters?.Keys.FirstOrDefault(LoadParameters.IsTaken) is string taken)
            throw new ArgumentException($"The parameter ${taken} is one that loads set themselves; give yours another name.", nameof(parameters));
        return new SqlLoadSource(description, sql, parameters ?? new Dictionary<string, object?>());
    }

    /// <summary>
    /// What a derived table takes from the fact that the model derives it from: rows of those parts of the fact that were changed since, and only those
    /// are read. Loading again without a change reads and writes nothing.
    /// </summary>
    public static LoadSource Derived { get; } = new DerivedLoadSource();

    /// <summary>
    /// The rows of several sources, staged one after the other and loaded together. Rejected rows name the file, or the source in words, and the line
    /// in it. When all of them are files, the load is recognised when it is sent again.
    /// </summary>
    /// <param name="sources">The sources; each has all of the target's columns. Landed rows cannot be a part.</param>
    public static LoadSource Union(params LoadSource[] sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Length, nameof(sources));
        return new UnionLoadSource(null, [.. sources.Select(Part)]);
    }

    /// <summary>The rows of several sources, with a column that says which of them a row came from.</summary>
    /// <param name="sourceColumn">A text column of the target, which the sources do not have.</param>
    /// <param name="sources">The sources, each with the value of that column. Landed rows cannot be a part.</param>
    public static LoadSource Union(string sourceColumn, params (string Name, LoadSource Source)[] sources)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sourceColumn);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Length, nameof(sources));
        return new UnionLoadSource(sourceColumn, [.. sources.Select(source => new SourcePart(source.Source, source.Name))]);
    }

    /// <summary>
    /// The rows of two sources at one grain, side by side: a row for every key that one of them has, with the measures of both. A measure of the side that
    /// has no row is NULL, or 0 where that is declared.
    /// </summary>
    /// <param name="left">One source, whose columns are the properties of <typeparamref name="TLeft"/>.</param>
    /// <param name="right">The other source, whose columns are the properties of <typeparamref name="TRight"/>.</param>
    /// <param name="on">The columns of the grain, which both have. A key that one side has twice fails the load.</param>
    /// <param name="leftZero">Columns of the left side that are 0 where it has no row.</param>
    /// <param name="rightZero">Columns of the right side that are 0 where it has no row.</param>
    /// <typeparam name="TLeft">What the left side brings.</typeparam>
    /// <typeparam name="TRight">What the right side brings.</typeparam>
    public static LoadSource FullOuterJoin<TLeft, TRight>(
        LoadSource left, LoadSource right, Expression<Func<TLeft, object?>> on, Expression<Func<TLeft, object?>>? leftZero = null, Expression<Func<TRight, object?>>? rightZero = null)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        HashSet<string> zeros =
        [
            .. leftZero is null ? [] : PropertyExpression.Properties(leftZero).Select(property => property.Name),
            .. rightZero is null ? [] : PropertyExpression.Properties(rightZero).Select(property => property.Name),
        ];
        return new FullOuterJoinLoadSource(typeof(TLeft), typeof(TRight), PropertyExpression.Properties(on), zeros, [Part(left), Part(right)]);
    }

    /// <summary>
    /// The rows of a source with values that a table of the warehouse has for a key of theirs: the dates of a source that counts its days by a number of
    /// its own, for example. A row whose key the table does not have is rejected; a key that the table has twice fails the load.
    /// </summary>
    /// <param name="source">The source, whose columns are the properties of <typeparamref name="TRow"/>.</param>
    /// <param name="map">The mapping table.</param>
    /// <param name="key">The key in the rows.</param>
    /// <param name="mapKey">The key in the mapping table.</param>
    /// <param name="values">What is taken from the mapping table, under its own names.</param>
    /// <typeparam name="TRow">What the source brings.</typeparam>
    /// <typeparam name="TMap">A row of the mapping table.</typeparam>
    public static LoadSource Mapped<TRow, TMap>(
        LoadSource source, ZoneTable<TMap> map, Expression<Func<TRow, object?>> key, Expression<Func<TMap, object?>> mapKey, Expression<Func<TMap, object?>> values)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(map);
        return new MappedLoadSource(typeof(TRow), map, PropertyExpression.Properties(key), PropertyExpression.Properties(mapKey), PropertyExpression.Properties(values), Part(source));
    }

    private static SourcePart Part(LoadSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SourcePart(source, source is FileLoadSource file ? file.Files.Name : source.Description);
    }

    /// <summary>
    /// The rows of a landing table that the target has not taken in yet, in the order they landed: of several rows of one key the one
    /// that landed last wins. Target and landing table move on together, in one transaction.
    /// </summary>
    /// <param name="landing">A table of the landing zone.</param>
    public static LoadSource Landed(ZoneTable landing)
    {
        ArgumentNullException.ThrowIfNull(landing);
        if (landing.Zone != Zone.Landing)
            throw new ArgumentException($"{landing.Name} is a table of the {landing.Zone} zone; a landing table was expected.", nameof(landing));
        return new LandedLoadSource(landing);
    }
}
