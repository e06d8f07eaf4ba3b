using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Defines a table of the landing or enterprise zone. All properties of the row become columns.</summary>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed class ZoneTableBuilder<TRow> : TableBuilder<TRow, ZoneTableBuilder<TRow>>
{
    private readonly Zone _zone;
    private readonly List<PropertyInfo> _key = [];
    private FactStrategy _strategy = FactStrategy.Upsert;

    internal ZoneTableBuilder(Zone zone, string name, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
        => _zone = zone;

    /// <summary>The columns that identify a row. Needed in the enterprise zone, without meaning in the landing zone.</summary>
    /// <param name="properties">One or more properties.</param>
    public ZoneTableBuilder<TRow> Key(params Expression<Func<TRow, object?>>[] properties)
    {
        _key.AddRange(Use(properties));
        return this;
    }

    /// <summary>Every load replaces all rows. The default is an upsert by key.</summary>
    public ZoneTableBuilder<TRow> FullRefresh()
    {
        _strategy = FactStrategy.FullRefresh;
        return this;
    }

    internal ZoneTable<TRow> Build()
    {
        UseAll();
        bool isLanding = _zone == Zone.Landing;
        RowShape rows = BuildRows(isLanding);
        Problems.Expect(isLanding || _key.Count > 0, Name, "a table of the enterprise zone needs a key; add Key(x => x.Id)");
        Problems.Expect(!isLanding || _key.Count == 0, Name, "a table of the landing zone keeps rows as received and has no key");
        Column[] columns =
        [
            .. rows.Columns.Select(column => TargetColumn(column.Property!, isNullable: !_key.Exists(key => key.Name == column.Property!.Name))),
            .. isLanding
                ? new[]
                {
                    new Column(LandingColumns.SourceFile, ColumnType.Text) { Comment = "The file the row came from." },
                    new Column(LandingColumns.SourceLine, ColumnType.BigInt) { Comment = "Its line in the file, or its number in the batch, from 1." },
                }
                : [],
            new Column(Conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." },
        ];
        ExpectDistinctColumns(columns);
        SourceColumn[] key = [.. _key.Select(property => rows[property])];
        ExpectFreeNames(key.Select(column => column.Name), WorkingColumns.OfKeys);
        var schema = new TableSchema(new QualifiedName(Conventions.SchemaOf(_zone), Name), columns, [.. key.Select(column => column.Name)]) { Comment = TableComment };
        return new ZoneTable<TRow>(_zone, WithPhysical(schema), rows, Conventions, key, new Growth { Strategy = _strategy });
    }
}
