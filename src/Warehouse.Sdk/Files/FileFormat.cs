using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>How the rows of a file are written: <see cref="CsvFormat"/>, <see cref="JsonLinesFormat"/>, or a format of a package of its own.</summary>
public abstract record FileFormat
{
    private protected FileFormat()
    {
    }

    /// <summary>
    /// How the file is packed. The default is what its first bytes say; a file that is packed otherwise than declared fails the load. Parquet and Avro
    /// pack within the file; what is declared here is around it.
    /// </summary>
    public Compression Compression { get; init; }

    /// <summary>The format's name in manifests and messages, such as <c>csv</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>The end of a file's name, without the compression.</summary>
    internal abstract string Extension { get; }

    /// <summary>How rows are written in this format.</summary>
    /// <exception cref="ArgumentException">The format, or this variant of it, is for reading only.</exception>
    internal virtual PartEncoding Encode(IReadOnlyList<FeedColumn> columns, Compression compression, StageWriteOptions options)
        => throw new ArgumentException($"Rows cannot be staged as {Name}; choose CSV, JSON lines or Parquet.", nameof(options));

    /// <summary>The names of the fields that the records of one file have.</summary>
    internal abstract Task<IReadOnlyList<Identifier>> FieldsAsync(FileReading file, LoadTarget target, CancellationToken cancellationToken);

    /// <summary>Reads one file into the staging table.</summary>
    /// <returns>The number of rows read, with those rejected.</returns>
    internal abstract Task<long> StageAsync(FileReading file, StagingRequest request, CancellationToken cancellationToken);
}
