using System.Data.Common;

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
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written; by default RFC 4180 with a header.</param>
    public static LoadSource Csv(string path, CsvFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new CsvLoadSource(path, isStaged: false, format ?? CsvFormat.Default);
    }

    /// <summary>A CSV file on the warehouse's stage. The ledger knows it by path, size and checksum.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="format">How it is written; by default RFC 4180 with a header.</param>
    public static LoadSource StagedCsv(string path, CsvFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new CsvLoadSource(path, isStaged: true, format ?? CsvFormat.Default);
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
        if (parameters?.Keys.FirstOrDefault(LoadParameters.OfLoads.Contains) is string taken)
            throw new ArgumentException($"The parameter ${taken} is one that loads set themselves; give yours another name.", nameof(parameters));
        return new SqlLoadSource(description, sql, parameters ?? new Dictionary<string, object?>());
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
