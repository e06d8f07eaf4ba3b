using System.Runtime.InteropServices;
using System.Text;

namespace Warehouse.Sdk;

/// <summary>A file in the making, beside the place it will have; removed unless it is moved there.</summary>
internal sealed class PartialFile : IAsyncDisposable
{
    public const string Suffix = ".partial";

    private const int FileExists = 17;
    private static readonly int NameLength = 1 + Guid.Empty.ToString("N").Length + Suffix.Length;

    private readonly FileStream _content;

    private PartialFile(FileStream content) => _content = content;

    /// <summary>Whether a name is that of a file in the making: never listed, never read, never put.</summary>
    public static bool IsOne(string name)
        => name.Length == NameLength && name[0] == '.' && name.EndsWith(Suffix, StringComparison.Ordinal) && Guid.TryParseExact(name.AsSpan(1, NameLength - 1 - Suffix.Length), "N", out _);

    public static PartialFile CreateBeside(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        return new PartialFile(new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}{Suffix}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous));
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _content.WriteAsync(bytes, cancellationToken);

    /// <summary>Gives the file its place; <see langword="null"/> when there is one and it may not be replaced.</summary>
    public (long Length, DateTime LastModified)? MoveTo(string file, bool replaces)
    {
        // The kernel's own time of change is only as fine as its tick, and two versions may come in one.
        File.SetLastWriteTimeUtc(_content.SafeFileHandle, TimeProvider.System.GetUtcNow().UtcDateTime);
        RandomAccess.FlushToDisk(_content.SafeFileHandle);
        var what = (_content.Length, File.GetLastWriteTimeUtc(_content.SafeFileHandle));
        _content.Dispose();
        if (replaces)
            File.Move(_content.Name, file, overwrite: true);
        else if (!MoveIfAbsent(_content.Name, file))
            return null;
        return what;
    }

    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync().ConfigureAwait(false);
        File.Delete(_content.Name);
    }

    // On Unix, File.Move looks whether the place is free and then renames, which is not one step; making a second name for a file is.
    private static bool MoveIfAbsent(string partial, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(partial, file, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(file))
            {
                return false;
            }
        }

        if (Link(Native(partial), Native(file)) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == FileExists ? false : throw new IOException($"The file system cannot put a file only where there is none: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] existing, byte[] added);

    private static byte[] Native(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
