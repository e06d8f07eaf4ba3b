using System.Globalization;

namespace Warehouse.Sdk.Benchmarks.S3;

/// <summary>
/// <c>s3 [--files N] [--gigabytes N]</c>: lists and deletes 1,000 and then N (50,000) files, puts a generated stream of one gigabyte and then one of N (20), and
/// tells how much memory the process took in addition.
/// </summary>
internal static class S3Command
{
    private const string Usage = "s3 [--files N] [--gigabytes N]";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        (int files, int gigabytes) = (50_000, 20);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || arguments[i] is not ("--files" or "--gigabytes"))
            {
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            }

            (files, gigabytes) = arguments[i] == "--files" ? (number, gigabytes) : (files, number);
        }

        using BenchmarkBucket bucket = await BenchmarkBucket.CreateAsync();
        Console.WriteLine("work | seconds | peak of managed heap MB | working set added MB");
        foreach (int count in new[] { 1000, files })
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, token) => await bucket.Stage.PutAsync($"many/{i:0000000}", new MemoryStream([1]), token));
            await MeasureAsync($"list {count:N0}", async () => await bucket.Stage.ListAsync("many/").CountAsync());
            await MeasureAsync($"list and delete {count:N0}", async () => await bucket.Stage.DeleteManyAsync(bucket.Stage.ListAsync("many/").Select(file => file.Path)));
        }

        foreach (int size in new[] { 1, gigabytes })
        {
            await MeasureAsync($"put a stream of {size} GB", async () => await bucket.Stage.PutAsync("stream", new GeneratedStream(size * 1_000_000_000L)));
            await bucket.Stage.DeleteAsync("stream");
        }

        return 0;
    }

    private static async Task MeasureAsync(string work, Func<Task> run)
    {
        MemoryUse use = await MemoryUse.OfAsync(run);
        Console.WriteLine(FormattableString.Invariant($"{work} | {use.Seconds:0.0} | {use.HeapBytes / 1e6:0.0} | {use.AddedBytes / 1e6:0.0}"));
    }

    private sealed class GeneratedStream(long length) : Stream
    {
        private readonly byte[] _block = new byte[1 << 20];
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = (int)Math.Min(Math.Min(buffer.Length, _block.Length), length - _position);
            if (count >= sizeof(long))
                BitConverter.TryWriteBytes(_block, _position);
            _block.AsMemory(0, count).CopyTo(buffer);
            _position += count;
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
