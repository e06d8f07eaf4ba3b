using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>A column of the target and the field of a file that gives it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Field">The field's number, from 1.</param>
internal sealed record SnowflakeForeignColumn(SourceColumn Column, int Field);

/// <summary>Files with one header.</summary>
/// <param name="Number">Its number in the load, from 1.</param>
/// <param name="Format">How they are written.</param>
/// <param name="Fields">The names of their fields, in order.</param>
/// <param name="Columns">The columns of the target that they have.</param>
/// <param name="Absent">Those that they lack, where the target allows that.</param>
internal sealed record SnowflakeForeignShape(int Number, CsvFormat Format, IReadOnlyList<Identifier> Fields, IReadOnlyList<SnowflakeForeignColumn> Columns, IReadOnlySet<Identifier> Absent)
{
    /// <summary>The header as one line, for rows that are kept aside.</summary>
    public string RawHeader => string.Join(Format.Delimiter, Fields.Select(name => $"{Format.Quote}{name.Value.Replace(Format.Quote.ToString(), new string(Format.Quote, 2), StringComparison.Ordinal)}{Format.Quote}"));
}
