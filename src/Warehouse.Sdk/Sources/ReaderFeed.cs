using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Rows of any data reader, matched to the target by column name.</summary>
internal sealed class ReaderFeed : RowFeed<DbDataReader>
{
    private readonly DbDataReader _reader;
    private long _line;

    public ReaderFeed(DbDataReader reader, LoadTarget target, string description)
    {
        _reader = reader;
        Identifier[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => new Identifier(reader.GetName(ordinal)))];
        Absent = SourceHeader.Check(target, description, names, allowExtra: true, allowMissing: target.Contract.MissingColumn == OnSchemaChange.Ignore);
        Columns = [.. target.SourceColumns.Select(column => new FeedColumn(column, Absent.Contains(column.Name) ? Nothing(column.Type) : Read(reader.GetFieldType(Array.IndexOf(names, column.Name)), Array.IndexOf(names, column.Name), column.Type)))];
    }

    /// <summary>With the reader's own columns.</summary>
    /// <exception cref="ArgumentException">A column is of a type that none of a table can hold.</exception>
    public ReaderFeed(DbDataReader reader)
    {
        _reader = reader;
        Absent = new HashSet<Identifier>();
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal =>
        {
            ColumnType type = ColumnType.FromClr(reader.GetFieldType(ordinal), ColumnType.Decimal(38, 18))
                ?? throw new ArgumentException($"The column {reader.GetName(ordinal)} of the reader is a {reader.GetFieldType(ordinal).Name}, which no column can hold; convert it in the query.", nameof(reader));
            return new FeedColumn(new SourceColumn(reader.GetName(ordinal), type), Read(reader.GetFieldType(ordinal), ordinal, type));
        })];
    }

    public override IReadOnlyList<FeedColumn> Columns { get; }

    public IReadOnlySet<Identifier> Absent { get; }

    public override DbDataReader Current => _reader;

    public override long Line => _line;

    public override string RawRow()
        => JsonSerializer.Serialize(Enumerable.Range(0, _reader.FieldCount).ToDictionary(
            _reader.GetName,
            ordinal => _reader.IsDBNull(ordinal) ? null : RawText(_reader, ordinal)));

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _line++;
        return await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    // The value that the row was rejected for may be the one that cannot be read.
    private static string RawText(DbDataReader reader, int ordinal)
    {
        try
        {
            return InvariantText.Of(reader.GetValue(ordinal));
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return "(cannot be read)";
        }
    }

    private static LambdaExpression Nothing(ColumnType type)
    {
        Type nullable = type.ClrType.IsValueType ? typeof(Nullable<>).MakeGenericType(type.ClrType) : type.ClrType;
        return Expression.Lambda(Expression.Default(nullable), Expression.Parameter(typeof(DbDataReader), "reader"));
    }

    private static LambdaExpression Read(Type fieldType, int ordinal, ColumnType type)
    {
        ParameterExpression reader = Expression.Parameter(typeof(DbDataReader), "reader");
        Type read = type.Kind == ColumnKind.Decimal ? typeof(Numeric) : type.ClrType;
        Expression value = ReadExpression.IsPossible(fieldType, type) && !fieldType.IsEnum
            ? ReadExpression.Canonical(Expression.Call(typeof(ReaderFeed), nameof(Value), [fieldType], reader, Expression.Constant(ordinal)), type)
            : Expression.Convert(Expression.Call(ParseMethod, Expression.Call(typeof(ReaderFeed), nameof(Value), [typeof(object)], reader, Expression.Constant(ordinal)), Expression.Constant(type)), read);
        Type nullable = value.Type.IsValueType ? typeof(Nullable<>).MakeGenericType(value.Type) : value.Type;
        return Expression.Lambda(
            Expression.Condition(
                Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, Expression.Constant(ordinal)),
                Expression.Default(nullable),
                Expression.Convert(value, nullable)),
            reader);
    }

    // Drivers say in several ways that a value of theirs is none in .NET, such as a length of time with months.
    private static T Value<T>(DbDataReader reader, int ordinal)
    {
        try
        {
            return reader.GetFieldValue<T>(ordinal);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"a value that the data reader cannot give as {typeof(T).Name}", error);
        }
    }

    // The reader has another type than the column: go through its invariant text, as a file would.
    private static object Parse(object value, ColumnType type)
        => value is Stream bytes && type.Kind == ColumnKind.Bytes ? ReadToEnd(bytes) : FieldParser.Invariant.Parse(InvariantText.Of(value), type);

    private static byte[] ReadToEnd(Stream stream)
    {
        using (stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    private static readonly MethodInfo ParseMethod = typeof(ReaderFeed).GetMethod(nameof(Parse), BindingFlags.NonPublic | BindingFlags.Static)!;
}
