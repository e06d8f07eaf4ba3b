namespace Warehouse.Sdk;

/// <summary>
/// What a table does when files that are loaded into it, or the model it is deployed from, have changed their columns: said for each kind of change. Nothing is
/// ever dropped in silence: what is left out stands in <see cref="LoadReport.IgnoredColumns"/> and in the log.
/// </summary>
public sealed record SchemaContract
{
    /// <summary>
    /// A column, or a key of a JSON object, that the table does not have: <see cref="OnSchemaChange.Freeze"/>, the default, fails the load;
    /// <see cref="OnSchemaChange.Ignore"/> leaves the column out; <see cref="OnSchemaChange.RejectRow"/> rejects the rows that have a value in it. A table of the
    /// landing zone may <see cref="OnSchemaChange.Evolve"/>: it gains the column as text, in the load's own transaction, and keeps it; add the property to its
    /// row type to have it typed and moved on.
    /// </summary>
    public OnSchemaChange NewColumn { get; init; }

    /// <summary>
    /// A column of the table that a file or reader lacks: <see cref="OnSchemaChange.Freeze"/>, the default, fails the load;
    /// <see cref="OnSchemaChange.Ignore"/> takes it for NULL; <see cref="OnSchemaChange.RejectRow"/> rejects the rows of the file. In JSON lines a key that is missing
    /// is NULL.
    /// </summary>
    public OnSchemaChange MissingColumn { get; init; }

    /// <summary>
    /// A type that has grown in the model: <see cref="OnSchemaChange.Evolve"/>, the default, lets a deployment widen the column;
    /// <see cref="OnSchemaChange.Freeze"/> refuses the deployment by name.
    /// </summary>
    public OnSchemaChange WiderType { get; init; } = OnSchemaChange.Evolve;

    /// <summary>
    /// A value of another type than its column, or one that does not fit: <see cref="OnSchemaChange.RejectRow"/>, the default, rejects the row by
    /// <see cref="LoadOptions.Rejects"/>; <see cref="OnSchemaChange.Freeze"/> fails the load, whatever that allows.
    /// </summary>
    public OnSchemaChange OtherType { get; init; } = OnSchemaChange.RejectRow;

    internal static SchemaContract Default { get; } = new();

    /// <summary>What of it makes no sense, in words.</summary>
    internal IEnumerable<string> Problems(bool isLanding)
    {
        if (NewColumn == OnSchemaChange.Evolve && !isLanding)
            yield return "NewColumn can evolve in the landing zone only, where rows are kept as received; here the model says what a column means: add the property to its row and deploy";
        if (MissingColumn == OnSchemaChange.Evolve)
            yield return "MissingColumn cannot evolve: a column that holds values is not dropped; Ignore takes it for NULL";
        if (WiderType is not (OnSchemaChange.Evolve or OnSchemaChange.Freeze))
            yield return "WiderType is about deployments, which Evolve or Freeze";
        if (OtherType is not (OnSchemaChange.RejectRow or OnSchemaChange.Freeze))
            yield return "OtherType is about values, which RejectRow or Freeze; a value is not left out of its row";
    }
}

/// <summary>What is done about a change of columns.</summary>
public enum OnSchemaChange
{
    /// <summary>Nothing is: the load or deployment fails and says what has changed.</summary>
    Freeze,

    /// <summary>The table follows.</summary>
    Evolve,

    /// <summary>The rows concerned are rejected.</summary>
    RejectRow,

    /// <summary>The column is left out, and that is told.</summary>
    Ignore,
}
