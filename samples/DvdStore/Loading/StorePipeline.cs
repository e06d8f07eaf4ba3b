using System.Security.Cryptography;
using System.Text;
using DvdStore.Model;
using Warehouse.Sdk;

namespace DvdStore.Loading;

/// <summary>Takes one delivery the whole road: stage, landing, enterprise, star. Run again, it recognises what it has done.</summary>
internal sealed class StorePipeline(IWarehouse warehouse, DvdStoreModel model, Action<LoadReport> tell)
{
    private static readonly DateTimeOffset Beginning = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A table that others refer to changes them only when it comes whole: rows that are new in it are referred to by nothing delivered before.
    private readonly List<Step> _steps =
    [
        new(model.RentalStatus, StarQueries.RentalStatus, ["language"]),
        new(model.Category, StarQueries.Category, ["category"]),
        new(model.Language, StarQueries.Language, ["language"]),
        new(model.Actor, StarQueries.Actor, ["actor"]),
        new(model.Staff, StarQueries.Staff, ["staff"], RefersTo: ["address"]),
        new(model.Store, StarQueries.Store, ["store", "staff"], RefersTo: ["address", "city", "country"]),
        new(model.Customer, StarQueries.Customer, ["customer"], RefersTo: ["address", "city", "country"]),
        new(model.Film, StarQueries.Film, ["film", "film_category"], RefersTo: ["language", "category"]),
        new(model.FilmActor, StarQueries.FilmActor, ["film_actor", "film", "actor"]),
        new(model.FilmCategory, StarQueries.FilmCategory, ["film_category", "film", "category"]),
        new(model.Payment, StarQueries.Payment, ["payment", "rental", "inventory"]),
        new(model.Rental, StarQueries.Rental(warehouse.SystemName), ["payment", "rental", "inventory", "film"]),
        new(model.InventoryMonthEnd, StarQueries.InventoryMonthEnd, ["inventory", "rental"]),
    ];

    public async Task RunAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeliveredFile> files = Files(delivery);
        List<(DeliveredFile File, StagedFile Staged)> staged = [];
        foreach (DeliveredFile file in files)
            staged.Add((file, await warehouse.Stage.PutFileAsync($"{delivery.Label}/{Path.GetFileName(file.Path)}", file.Path, cancellationToken)));

        string batch = BatchId(delivery, staged.Select(pair => pair.Staged));
        DateTimeOffset asOf = await AsOfAsync(delivery, cancellationToken);
        foreach (var (file, stagedFile) in staged)
        {
            SourceTable table = model.Sources[file.Table];
            tell(await warehouse.LoadAsync(table.Landing, Source.StagedCsv(stagedFile.Path), new LoadOptions { Rejects = RejectPolicy.KeepAll }, cancellationToken));
            var clean = new LoadOptions { Kind = file.Kind, BatchId = $"{batch} {stagedFile.Path}", Rejects = RejectPolicy.KeepAll };
            tell(await warehouse.LoadAsync(table.Enterprise, Source.Landed(table.Landing), clean, cancellationToken));
        }

        foreach (Step step in _steps.Where(step => files.Any(step.DependsOn)))
        {
            var whole = new LoadOptions { AsOf = asOf, BatchId = batch, Kind = step.Target is Dimension ? BatchKind.FullSnapshot : BatchKind.Delta };
            tell(await warehouse.LoadAsync(step.Target, Source.Query(step.Sql, description: $"delivery {delivery.Label}"), whole, cancellationToken));
        }
    }

    private IReadOnlyList<DeliveredFile> Files(Delivery delivery)
    {
        IReadOnlyList<DeliveredFile> files = delivery.Files();
        string[] strangers = [.. files.Where(file => !model.Sources.ContainsKey(file.Table)).Select(file => Path.GetFileName(file.Path))];
        if (files.Count == 0 || strangers.Length > 0)
        {
            string seen = files.Count == 0 ? "no CSV files" : $"files of no known table: {string.Join(", ", strangers)}";
            throw new WarehouseLoadException($"The folder '{delivery.Folder}' holds {seen}. Expected x.csv, x_new.csv or x_returned.csv, where x is one of {string.Join(", ", model.Sources.Keys)}. Nothing was loaded of it.") { File = delivery.Folder };
        }

        return files;
    }

    // The same files again are the same batch, whatever the day; a corrected file makes it another one.
    private static string BatchId(Delivery delivery, IEnumerable<StagedFile> files)
    {
        string content = string.Join('\n', files.Select(file => $"{file.Path} {file.Length} {file.Sha256}"));
        return $"{delivery.Label} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16]}";
    }

    private async Task<DateTimeOffset> AsOfAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Date is { } date)
            return new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        bool isFirst = (await warehouse.QueryAsync<long>("SELECT count(*) FROM business.dim_customer WHERE customer_key > 0", cancellationToken: cancellationToken))[0] == 0;
        return isFirst ? Beginning : TimeProvider.System.GetUtcNow();
    }

    private sealed record Step(LoadTarget Target, string Sql, string[] Tables, string[]? RefersTo = null)
    {
        public bool DependsOn(DeliveredFile file)
            => Tables.Contains(file.Table) || (file.Kind == BatchKind.FullSnapshot && RefersTo?.Contains(file.Table) == true);
    }
}
