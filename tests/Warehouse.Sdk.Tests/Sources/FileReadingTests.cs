using System.Security.Cryptography;

namespace Warehouse.Sdk.Tests;

public sealed class FileReadingTests
{
    [Fact]
    public async Task A_file_with_random_access_is_read_whole_only_to_be_known_again()
    {
        byte[] content = RandomNumberGenerator.GetBytes(300_000);
        var file = new CountedStream(content);
        await using var reading = new FileReading(new SourceFile("a.bin", _ => Task.FromResult<Stream>(file)), CsvFormat.Default, FileReadOptions.Default, new PathColumns(FileReadOptions.Default));

        Stream opened = await reading.OpenSeekableAsync(CancellationToken.None);
        long before = file.BytesRead;
        byte[] part = new byte[10];
        opened.Position = 1000;
        await opened.ReadExactlyAsync(part);
        FileFingerprint known = await reading.CompleteAsync(0, CancellationToken.None);

        before.Should().BeLessThan(100);
        part.Should().Equal(content[1000..1010]);
        known.Should().Be(new FileFingerprint("a.bin", content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
    }

    private sealed class CountedStream(byte[] content) : MemoryStream(content)
    {
        public long BytesRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }
}
