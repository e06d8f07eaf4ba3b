using System.Text.RegularExpressions;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>Every name that a statement of a load gives to a column next to the model's own is refused as a name of such a column.</summary>
public sealed partial class WorkingColumnTests
{
    public static TheoryData<string> Dialects => ["duckdb", "postgres"];

    private static IEnumerable<(DimensionalModel Model, LoadTarget Target)> Targets =>
        from model in (DimensionalModel[])[new GoldenModel().Model, new GoldenKinds().Model, new GoldenFacts().Model, new GoldenCallModel().Model, .. GoldenTypes.Models]
        from target in model.Tables
        where target is not (DateDimension or CombinationDimension) && model.Dimensions.SelectMany(owner => owner.Definition.Profiles).All(profile => profile.Assignment != target)
        select (model, target);

    [Theory]
    [MemberData(nameof(Dialects))]
    public void No_statement_puts_a_name_that_is_free_next_to_columns_of_the_model(string name)
    {
        ISqlDialect dialect = name == "duckdb" ? DuckDbDialect.Instance : PostgresDialect.Instance;
        var free = from each in Targets
                   from script in Scripts(dialect, each.Model, each.Target)
                   from statement in script.Statements
                   from added in NamesBeside(statement.Text, [.. Own(each.Target)])
                   where !Refused(each.Target, statement).Contains(added)
                   group $"{each.Target.Name}: {statement.Name}" by added into places
                   select $"{places.Key} ({string.Join("; ", places.Distinct().Take(3))})";

        free.Should().BeEmpty("a column of the model could bear that name, and it is not refused");
    }

    [Fact]
    public void Columns_of_such_names_are_refused_where_they_would_collide_and_nowhere_else()
    {
        static string Refused(string table, string column) => $"{table}: the column {column} has a name that loads use for themselves; rename it: Column(x => x.Property, name: \"...\")";
        Action define = () => DimensionalModel.Create("m", model =>
        {
            Dimension<Member> member = model.Dimension<Member>("dim_member", d => d.NaturalKey(row => row.Id).Type1(row => row.WasOpen).Type2(row => row.IsOther).Type3(row => row.City).Type1(row => row.CityChanges).Ignore(row => row.Path));
            model.Fact<Event>("fact_event", f => f.Grain("one", row => row.Id).Dimension(member, row => row.MemberId, asOf: row => row.EndsAt).Degenerate(row => row.LinkOutcome).Column(row => row.LinkOutcome, name: "link_outcome_1").Measure(row => row.Copies));
            model.Fact<Event>("fact_copy", f => f.Grain("one", row => row.Copies).Dimension(member, row => row.MemberId, asOf: row => row.EndsAt).Ignore(row => new { row.Id, row.LinkOutcome }));
            Dimension<Node> node = model.Dimension<Node>("dim_node", d => d.NaturalKey(row => row.Path).Ignore(row => row.Weights));
            model.Hierarchy<Node>("bridge_node", node, h => h.Child(row => row.Path).Parent(row => row.Weights));
            model.Bridge<Node>("bridge_weight", b => b.Group(node, row => row.Path).Member(node, row => row.Weights));
        });

        define.Should().Throw<WarehouseModelException>().Which.Problems.Should().BeEquivalentTo(
            Refused("dim_member", "was_open"),
            Refused("dim_member", "is_other"),
            Refused("dim_member", "city_changes"),
            Refused("fact_event", "link_outcome_1"),
            Refused("fact_copy", "copies"),
            Refused("bridge_node", "path"),
            Refused("bridge_weight", "weights"));
    }

    [Fact]
    public void Names_beside_are_found_in_every_select_list()
        => NamesBeside("""
            SELECT src.id, count(*) FILTER (WHERE src.is_b) AS copies
            FROM (SELECT inner_one.*, (SELECT 1 AS one) AS is_b, 'x AS y' AS "is_c" FROM t AS inner_one) AS src
            JOIN u AS other ON TRUE
            """, ["id"]).Select(found => found.Value).Should().BeEquivalentTo("copies", "is_b", "is_c");

    private sealed record Member(int Id, bool WasOpen, bool IsOther, string City, int CityChanges, string Path);

    private sealed record Event(int Id, int MemberId, DateTime EndsAt, int LinkOutcome, int Copies);

    private sealed record Node(string Path, string Weights);

    private static IEnumerable<SqlScript> Scripts(ISqlDialect dialect, DimensionalModel model, LoadTarget target)
    {
        BatchKind[] kinds = target is Dimension { Definition.Operation: null } ? [BatchKind.Delta, BatchKind.FullSnapshot] : [BatchKind.Delta];
        Fact? derivedFrom = target is AggregateFact aggregate ? aggregate.Source : (target as Fact)?.Definition.Periodic?.Source;
        LoadSource source = derivedFrom is null ? Source.Query("SELECT 1") : Source.Derived;
        var planner = new LoadPlanner(dialect, model);
        return kinds.Select(kind => planner.Plan(target, source, new LoadOptions { Kind = kind, Within = target is Fact { Definition.Growth.Scope: not null } ? "a part" : null }).Load);
    }

    // Where facts look members up, names stand next to the natural key of the dimension.
    private static IReadOnlySet<Identifier> Refused(LoadTarget target, SqlStatement statement) => target switch
    {
        Fact when statement.Name is "take-versions" or "infer-members" => WorkingColumns.OfDimensions,
        Fact fact when statement.Name == "resolve-keys" => WorkingColumns.Of(fact.Definition).Concat(["met_from", "met_until"]).ToHashSet(),
        Fact fact => WorkingColumns.OfKeys.Concat(WorkingColumns.Of(fact.Definition)).ToHashSet(),
        Dimension dimension => WorkingColumns.Of(dimension.Definition),
        Bridge => WorkingColumns.OfBridges,
        HierarchyBridge => WorkingColumns.OfHierarchies,
        _ => WorkingColumns.OfKeys,
    };

    private static IEnumerable<Identifier> Own(LoadTarget target) =>
    [
        .. target.Schema.Columns.Select(column => column.Name),
        .. target is Dimension dimension ? dimension.VersionSchema.Columns.Select(column => column.Name).Concat(dimension.Definition.Profiles.SelectMany(profile => profile.Mini.Attributes.Select(column => column.Name).Append(profile.Key))) : [],
        .. target.Rows.Columns.Select(column => column.Name),
        LandingColumns.SourceLine,
    ];

    /// <summary>The names that lists of a statement give with <c>AS</c>, where the same list takes over columns of the model.</summary>
    private static IEnumerable<Identifier> NamesBeside(string sql, HashSet<Identifier> own)
    {
        foreach (List<List<string>> list in SelectLists(sql))
        {
            bool takesOver = list.Exists(item => item[^1] == "*" || (Name(item) is { } name && own.Contains(name)));
            foreach (List<string> item in list.Where(item => takesOver && item.Count > 1 && item[^2] == "AS"))
            {
                if (Name(item) is { } name && !own.Contains(name))
                    yield return name;
            }
        }
    }

    private static Identifier? Name(List<string> item)
        => Word().IsMatch(item[^1]) ? new Identifier(item[^1].Trim('"')) : default(Identifier?);

    private static List<List<List<string>>> SelectLists(string sql)
    {
        var found = new List<List<List<string>>>();
        var open = new Stack<List<List<string>>?>([null]);
        void Replace(List<List<string>>? list)
        {
            if (open.Pop() is { } finished)
                found.Add(finished);
            open.Push(list);
        }

        string before = string.Empty;
        foreach (string token in Token().Matches(Comment().Replace(sql, string.Empty)).Select(match => match.Value))
        {
            switch (token)
            {
                case "(":
                    open.Peek()?[^1].Add(token);
                    open.Push(null);
                    break;
                case ")":
                    Replace(null);
                    open.Pop();
                    open.Peek()?[^1].Add(token);
                    break;
                case "SELECT":
                    Replace([[]]);
                    break;
                case "FROM" or "WHERE" or "UNION" or "GROUP" or "ORDER" when before != "DISTINCT":
                    Replace(null);
                    break;
                case ",":
                    open.Peek()?.Add([]);
                    break;
                default:
                    open.Peek()?[^1].Add(token);
                    break;
            }

            before = token;
        }

        Replace(null);
        return [.. found.Select(list => list.Where(item => item.Count > 0).ToList())];
    }

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("""'(?:[^']|'')*'|"[^"]*"|[A-Za-z_$][\w$]*|\d+|\S""")]
    private static partial Regex Token();

    [GeneratedRegex("""^(?:[a-z_][\w$]*|"[^"]*")$""")]
    private static partial Regex Word();
}
