using System.Globalization;
using Spectre.Console;
using Warehouse.Sdk;

namespace DvdStore.Reporting;

/// <summary>Adds up what the loads of a run did, and tells it.</summary>
internal sealed class RunSummary
{
    private readonly List<LoadReport> _reports = [];

    public void Add(LoadReport report) => _reports.Add(report);

    public bool ChangedAnything => _reports.Exists(report => report.Outcome == LoadOutcome.Loaded);

    public long Rejected => _reports.Sum(report => report.Counts.Rejected);

    public Table Dimensions() => Draw("What the merges did",
    [
        ("dimension", null),
        ("read", counts => counts.Read),
        ("new", counts => counts.NewMembers),
        ("versioned", counts => counts.NewVersions),
        ("overwritten", counts => counts.Overwritten),
        ("filled in", counts => counts.Resolved),
        ("expired", counts => counts.Expired),
        ("unchanged", counts => counts.Unchanged),
        ("rejected", counts => counts.Rejected),
    ], IsDimension);

    public Table Facts() => Draw("What the facts and bridges took in",
    [
        ("table", null),
        ("read", counts => counts.Read),
        ("inserted", counts => counts.Inserted),
        ("updated", counts => counts.Updated),
        ("replaced", counts => counts.Deleted),
        ("unchanged", counts => counts.Unchanged + counts.BelowWatermark),
        ("inferred", counts => counts.Inferred),
        ("rejected", counts => counts.Rejected),
    ], report => IsStar(report) && !IsDimension(report));

    public Table Zones()
    {
        Table table = New("What landed and was kept clean", ["table", "landed", "new", "changed", "gone", "same", "copies", "rejected"]);
        foreach (var source in _reports.Where(report => !IsStar(report)).GroupBy(report => report.Target.Split('.')[1]))
        {
            long Landing(Func<LoadCounts, long> count) => source.Where(report => report.Target.StartsWith("landing.", StringComparison.Ordinal)).Sum(report => count(report.Counts));
            long Enterprise(Func<LoadCounts, long> count) => source.Where(report => report.Target.StartsWith("enterprise.", StringComparison.Ordinal)).Sum(report => count(report.Counts));
            table.AddRow(
                source.Key,
                Number(Landing(counts => counts.Inserted)),
                Number(Enterprise(counts => counts.Inserted)),
                Number(Enterprise(counts => counts.Updated)),
                Number(Enterprise(counts => counts.Deleted)),
                Number(Enterprise(counts => counts.Unchanged)),
                Number(Enterprise(counts => counts.Duplicates)),
                Number(source.Sum(report => report.Counts.Rejected)));
        }

        return table;
    }

    public Table Times()
    {
        Table table = New("Where the time went", ["step", "loads", "rows read", "seconds"]);
        foreach (var step in _reports.GroupBy(report => Step(report.Target)))
            table.AddRow(step.Key, Number(step.Count()), Number(step.Sum(report => report.Counts.Read)), step.Sum(report => report.Elapsed.TotalSeconds).ToString("0.00", CultureInfo.InvariantCulture));
        return table;
    }

    // A count that nothing has is left out, so that the others have room.
    private Table Draw(string title, IReadOnlyList<(string Name, Func<LoadCounts, long>? Value)> columns, Func<LoadReport, bool> belongs)
    {
        LoadReport[] reports = [.. _reports.Where(belongs)];
        var counts = columns.Where(column => column.Value is { } value && Array.Exists(reports, report => value(report.Counts) != 0)).ToArray();
        Table table = New(title, [columns[0].Name, .. counts.Select(count => count.Name)]);
        foreach (var target in reports.GroupBy(report => report.Target))
            table.AddRow([Short(target.Key), .. counts.Select(count => Number(target.Sum(report => count.Value!(report.Counts))))]);
        return table;
    }

    internal static Table New(string title, IReadOnlyList<string> columns)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(title);
        for (int i = 0; i < columns.Count; i++)
            table.AddColumn(new TableColumn(columns[i]) { Alignment = i == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        return table;
    }

    internal static string Number(long number) => number == 0 ? "[dim]-[/]" : number.ToString("N0", CultureInfo.InvariantCulture);

    private static bool IsStar(LoadReport report) => report.Target.StartsWith("business.", StringComparison.Ordinal);

    private static bool IsDimension(LoadReport report) => report.Target.StartsWith("business.dim_", StringComparison.Ordinal);

    private static string Short(string target) => target.StartsWith("business.", StringComparison.Ordinal) ? target["business.".Length..] : target;

    private static string Step(string target) => target.Split('.') switch
    {
        ["landing", ..] => "landing: files as received",
        ["enterprise", ..] => "enterprise: one row per key",
        [_, var name] when name.StartsWith("dim_", StringComparison.Ordinal) => "business: dimensions",
        [_, var name] when name.StartsWith("bridge_", StringComparison.Ordinal) => "business: bridges",
        _ => "business: facts",
    };
}
