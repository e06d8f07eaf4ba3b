using System.Linq.Expressions;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The records of one file, matched to the target by name: columns from the file, from its path and from its place.</summary>
internal sealed class FileFeed<TRecord> : RowFeed<TRecord>
    where TRecord : FileRecord
{
    private readonly RecordReader<TRecord> _reader;
    private readonly FileReading _file;
    private readonly long _firstLine;
    private readonly int[] _unexpected = [];
    private readonly string? _problem;
    private int _read = -1;

    public FileFeed(RecordReader<TRecord> reader, FileReading file, LoadTarget target, bool allowExtra)
    {
        (_reader, _file) = (reader, file);
        _firstLine = file.File.Number * SourcePartPlan.LinesOfPart;
        IReadOnlyDictionary<Identifier, string?> path = file.PathValues;
        Identifier[] fields = [.. reader.Fields ?? [.. target.SourceColumns.Select(column => column.Name)]];
        Identifier? line = file.Options.LineColumn is { } name ? new Identifier(name) : default(Identifier?);
        Identifier[] seen = [.. fields, .. path.Keys.Except(fields), .. line is { } own && !fields.Contains(own) ? new[] { own } : []];
        SchemaContract contract = target.Contract;
        HashSet<Identifier> wanted = [.. target.SourceColumns.Select(column => column.Name)];
        Identifier[] unexpected = [.. seen.Where(column => !wanted.Contains(column))];
        Absent = SourceHeader.Check(target, file.File.Path, seen, allowExtra || contract.NewColumn != OnSchemaChange.Freeze, contract.MissingColumn != OnSchemaChange.Freeze, ofFilesOnly: target is ZoneTable ? [.. target.SourceColumns.Where(column => column.Property is null).Select(column => column.Name)] : []);
        if (contract.NewColumn == OnSchemaChange.RejectRow && !allowExtra)
        {
            _unexpected = [.. unexpected.Select(column => Array.IndexOf(fields, column)).Where(field => field >= 0)];
            // What the file's place gives, it gives to all of its rows.
            if (unexpected.Except(fields).Where(column => path.GetValueOrDefault(column, string.Empty) is not null).ToArray() is { Length: > 0 } further)
                _problem = NotExpected(further[0]);
        }
        else
        {
            Ignored = unexpected;
        }

        if (contract.MissingColumn == OnSchemaChange.RejectRow && target.SourceColumns.Where(column => column.Property is not null).Select(column => column.Name).Except(seen).ToArray() is { Length: > 0 } missing)
            _problem = $"column '{missing[0]}' is missing";

        List<string?> place = [];
        List<FeedColumn> columns = [];
        foreach (SourceColumn column in target.SourceColumns)
        {
            bool isOfFile = reader.Fields is null ? !path.ContainsKey(column.Name) : fields.Contains(column.Name);
            if (column.Name == line)
                columns.Add(LineOf(column));
            else if (isOfFile)
                columns.Add(Read(column, "Get", "IsNull", Array.IndexOf(fields, column.Name)));
            else if (path.TryGetValue(column.Name, out string? value))
                columns.Add(Read(column, "Place", nameof(FileRecord.PlaceIsNull), AddTo(place, value)));
            else
                columns.Add(Read(column, "Place", nameof(FileRecord.PlaceIsNull), AddTo(place, null)));
        }

        Columns = columns;
        reader.Record.Place([.. place]);
    }

    public override IReadOnlyList<FeedColumn> Columns { get; }

    public IReadOnlySet<Identifier> Absent { get; }

    public override TRecord Current => _reader.Record;

    public override long Line => _file.Claimed is { } rows ? rows[_read].Line ?? rows[_read].Number : _reader.Line;

    public override long StagedLine => _file.Claimed is { } rows ? ClaimedReject.FirstLine + rows[_read].Number : _firstLine + _reader.Line;

    public override string? File => _file.Claimed is { } rows ? rows[Math.Max(0, _read)].File : _file.File.Path;

    /// <summary>Columns of the file that were left out.</summary>
    public IReadOnlyList<Identifier> Ignored { get; } = [];

    public override string? RowProblem => _reader.RecordProblem ?? _problem ?? Unexpected();

    public override string? RawRow() => _reader.RawRecord();

    public override string? RawHeader => _reader.RawHeader;

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await _reader.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                return false;
            _read++;
            if (_file.Claimed is { } rows && _read >= rows.Count)
                throw new InvalidDataException("rejected rows that are no longer one record each");
            _reader.Record.Line = Line;
            return true;
        }
        catch (Exception error) when (FileReading.IsOfContent(error))
        {
            throw _file.Unreadable(error, _reader.Line);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private string? Unexpected()
    {
        foreach (int field in _unexpected)
        {
            if (!_reader.Record.IsNull(field))
                return NotExpected(_reader.Fields![field]);
        }

        return null;
    }

    private static string NotExpected(Identifier column) => $"column '{column}' is not expected";

    private static int AddTo(List<string?> place, string? value)
    {
        place.Add(value);
        return place.Count - 1;
    }

    private static FeedColumn LineOf(SourceColumn column)
    {
        ParameterExpression record = Expression.Parameter(typeof(TRecord), "record");
        Expression line = Expression.Property(record, nameof(FileRecord.Line));
        return new FeedColumn(column, Expression.Lambda(column.Type.IsText ? Expression.Call(typeof(PathColumns), nameof(PathColumns.LineText), null, line) : ReadExpression.Canonical(line, column.Type), record));
    }

    private static FeedColumn Read(SourceColumn column, string get, string isNull, int number)
    {
        ParameterExpression record = Expression.Parameter(typeof(TRecord), "record");
        ConstantExpression at = Expression.Constant(number);
        return new FeedColumn(column, Expression.Lambda(SpanlessText.Of(Expression.Call(record, $"{get}{column.Type.Kind}", null, at)), record))
        {
            IsNull = Expression.Lambda(Expression.Call(record, isNull, null, at), record),
        };
    }
}
