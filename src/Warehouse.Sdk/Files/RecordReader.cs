using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Reads a file record by record.</summary>
/// <typeparam name="TRecord">What a record is.</typeparam>
internal abstract class RecordReader<TRecord> : IAsyncDisposable
    where TRecord : FileRecord
{
    /// <summary>The names of the fields in the order of their numbers; null when each record names its own and the reader was told what is wanted.</summary>
    public abstract IReadOnlyList<Identifier>? Fields { get; }

    /// <summary>The record that <see cref="MoveNextAsync"/> came to.</summary>
    public abstract TRecord Record { get; }

    /// <summary>The line or number of the record, from 1.</summary>
    public abstract long Line { get; }

    /// <summary>What is wrong with the record as a whole.</summary>
    public virtual string? RecordProblem => null;

    /// <summary>The record as received.</summary>
    public abstract string? RawRecord();

    /// <summary>The names of the fields as the file has them, where a raw record means nothing without them.</summary>
    public virtual string? RawHeader => null;

    /// <summary>Names of fields that records had and that were left out.</summary>
    public virtual IEnumerable<string> Ignored => [];

    public abstract ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
