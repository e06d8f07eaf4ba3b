using System.Globalization;
using System.Text.Json;
using DvdStore.Generation;
using DvdStore.Loading;
using DvdStore.Model;
using DvdStore.Reporting;
using Spectre.Console;
using Warehouse.Sdk;

namespace DvdStore;

/// <summary>One run of the sample: deliveries in, answers out.</summary>
internal sealed class DvdStoreRun(DvdStoreArguments arguments, IAnsiConsole console)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private const int NarrowestTables = 110;

    public async Task<RunSummary> RunAsync(CancellationToken cancellationToken)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, NarrowestTables);
        IReadOnlyList<Delivery> deliveries = arguments.Data.Count > 0 ? arguments.Data : Generate();
        var (from, to) = DateRange.Of(deliveries);
        var model = new DvdStoreModel(from, to);
        IWarehouse warehouse = await arguments.Target.OpenAsync(DimensionalModel.Create(model), cancellationToken);
        await using (warehouse)
        {
            var summary = new RunSummary();
            await LoadAsync(warehouse, model, deliveries, summary, cancellationToken);
            await TellAsync(warehouse, summary);
            await VerifyAsync(warehouse, cancellationToken);
            if (arguments.Json is not null)
                await WriteAnswersAsync(warehouse, arguments.Json);
            return summary;
        }
    }

    private IReadOnlyList<Delivery> Generate()
    {
        string folder = arguments.Target.ExportsFolder;
        GeneratedStore store = StoreGenerator.Generate(folder, new StoreOptions { Days = arguments.Days, Scale = arguments.Scale });
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Generated [bold]{store.Days.Count}[/] days of exports of a DVD store in {folder}");
        return [.. store.Days.Select(day => new Delivery(day.Folder, day.Date))];
    }

    private async Task LoadAsync(IWarehouse warehouse, DvdStoreModel model, IReadOnlyList<Delivery> deliveries, RunSummary summary, CancellationToken cancellationToken)
    {
        await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask task = progress.AddTask("loading", maxValue: deliveries.Count);
                var pipeline = new StorePipeline(warehouse, model, summary.Add);
                foreach (Delivery delivery in deliveries)
                {
                    task.Description = $"loading {Markup.Escape(delivery.Label)}";
                    await pipeline.RunAsync(delivery, cancellationToken);
                    task.Increment(1);
                }

                task.Description = $"loaded {deliveries.Count} deliveries";
            });
    }

    private async Task TellAsync(IWarehouse warehouse, RunSummary summary)
    {
        var report = new StoreReport(warehouse);
        console.Write(summary.Zones());
        console.Write(summary.Dimensions());
        console.Write(summary.Facts());
        console.Write(summary.Times());
        console.Write(await report.RowCountsAsync());
        console.Write(await report.RevenueByStoreAndMonthAsync());
        console.Write(await report.TopCustomersAsync());
        console.Write(await report.StoresInDeclineAsync());
        if (summary.Rejected > 0)
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[yellow]{summary.Rejected} rejected rows[/] are kept in warehouse.reject with file, line, column and reason.");
        if (!summary.ChangedAnything)
            console.MarkupLine("[green]Nothing changed:[/] all of it was loaded before.");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"The warehouse is in [bold]{arguments.Target.Place}[/].");
    }

    private async Task VerifyAsync(IWarehouse warehouse, CancellationToken cancellationToken)
    {
        VerifyReport report = await warehouse.VerifyAsync(cancellationToken);
        if (report.IsSound)
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]verified:[/] {report.Rules.Count} rules, no findings");
        else
            console.WriteLine(report.ToString());
    }

    private async Task WriteAnswersAsync(IWarehouse warehouse, string file)
    {
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(await new Answers(warehouse).AllAsync(), Indented) + "\n");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"The answers are in [bold]{Path.GetFullPath(file)}[/].");
    }
}
