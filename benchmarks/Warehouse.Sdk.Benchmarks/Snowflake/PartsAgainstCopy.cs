using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Warehouse.Sdk.Benchmarks.Comparing;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;

namespace Warehouse.Sdk.Benchmarks.Snowflake;

/// <summary>What a load into Snowflake does on this machine, before anything is uploaded, against the same of PostgreSQL's way of encoding.</summary>
internal sealed class PartsAgainstCopy : IComparison
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-parts-").FullName;
    private Order[] _orders = [];
    private ZoneTable<Order> _table = null!;

    public string Name => "snowflake-prepare";

    public string Description => "Typed rows as gzip CSV in part files, as a load into Snowflake stages them before they are uploaded; the same rows encoded for PostgreSQL's binary COPY and packed by GZipStream at the same level. Ours packs a block while it writes the next, so the cpu ratio says what it costs.";

    public double? Bar => 1.0;

    public string Engine => "folder";

    public Task PrepareAsync(int rows)
    {
        DimensionalModel.Create("benchmark", model => _table = model.Landing<Order>("orders"));
        _orders = [.. Enumerable.Range(0, rows).Select(Order.Make)];
        return Task.CompletedTask;
    }

    public Task ResetAsync()
    {
        foreach (string file in Directory.GetFiles(_folder))
            File.Delete(file);
        return Task.CompletedTask;
    }

    public async Task RunOursAsync()
    {
        await using var feed = new ObjectFeed<Order>(_orders, _table.Rows);
        await using var writer = new SnowflakeStagingWriter<Order>(feed, new RejectedRows(RejectPolicy.FailOnFirst), _folder, SnowflakeOptions.DefaultPartSize);
        await writer.WriteAsync(_ => Task.CompletedTask, CancellationToken.None);
    }

    public async Task RunTheirsAsync()
    {
        await using var feed = new ObjectFeed<Order>(_orders, _table.Rows);
        using var writer = new PostgresStagingWriter<Order>(feed, new RejectedRows(RejectPolicy.FailOnFirst));
        await using var copy = new PackedCopy(Path.Combine(_folder, "rows.copy.gz"));
        await writer.WriteAsync(copy, CancellationToken.None);
    }

    /// <summary>Rows, and the sum of what identifies them: the two sides write values in their own ways.</summary>
    public async Task<string> DigestAsync()
    {
        long rows = 0, ids = 0;
        foreach (string file in Directory.GetFiles(_folder))
        {
            await using var content = new BufferedStream(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), 1 << 20);
            foreach (long id in file.EndsWith(".csv.gz", StringComparison.Ordinal) ? IdsOfLines(content) : IdsOfCopy(content))
            {
                rows++;
                ids += id;
            }
        }

        return FormattableString.Invariant($"{rows} {ids}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    // Behind the line.
    private static IEnumerable<long> IdsOfLines(Stream content)
    {
        using var text = new StreamReader(content);
        while (text.ReadLine() is { } line)
            yield return long.Parse(line.Split(',', 3)[1], CultureInfo.InvariantCulture);
    }

    // The number of fields, and each with its length before it.
    private static IEnumerable<long> IdsOfCopy(Stream content)
    {
        byte[] field = new byte[1024];
        while (content.ReadAtLeast(field.AsSpan(0, sizeof(short)), sizeof(short), throwOnEndOfStream: false) == sizeof(short))
        {
            long id = 0;
            int fields = BinaryPrimitives.ReadInt16BigEndian(field);
            for (int i = 0; i < fields; i++)
            {
                content.ReadExactly(field, 0, sizeof(int));
                int length = BinaryPrimitives.ReadInt32BigEndian(field);
                content.ReadExactly(field, 0, length);
                if (i == 1)
                    id = BinaryPrimitives.ReadInt64BigEndian(field);
            }

            yield return id;
        }
    }
}
