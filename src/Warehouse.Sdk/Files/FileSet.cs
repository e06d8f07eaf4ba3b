using System.Runtime.CompilerServices;

namespace Warehouse.Sdk;

/// <summary>The files that a source names.</summary>
internal abstract class FileSet(string name)
{
    /// <summary>The path, prefix or pattern.</summary>
    public string Name { get; } = name;

    /// <summary>True when the source names one file, which has to be there.</summary>
    public virtual bool IsSingle => !FilePattern.IsPattern(Name);

    /// <summary>What the paths of all its files begin with, as the ledger knows them.</summary>
    public abstract string Prefix { get; }

    /// <summary>In the order of their paths.</summary>
    public abstract IAsyncEnumerable<SourceFile> ListAsync(IStageClient stage, CancellationToken cancellationToken);
}

/// <summary>Files of this machine.</summary>
internal sealed class PlainFiles(string name, bool isLiteral) : FileSet(name)
{
    public override bool IsSingle => isLiteral || base.IsSingle;

    public override string Prefix => IsSingle ? Path.GetFullPath(Name) : FilePattern.Prefix(FullPattern).Replace('/', Path.DirectorySeparatorChar);

    private string FullPattern => FilePattern.Slashes(Path.GetFullPath(Name)) + (Name.EndsWith('/') && !Path.GetFullPath(Name).EndsWith('/') ? "/" : string.Empty);

    public override async IAsyncEnumerable<SourceFile> ListAsync(IStageClient stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (IsSingle)
        {
            yield return Of(Name) with { Length = new FileInfo(Name) is { Exists: true } there ? there.Length : null };
            yield break;
        }

        var pattern = new FilePattern(FullPattern);
        string root = Prefix[..(Prefix.LastIndexOf(Path.DirectorySeparatorChar) + 1)];
        if (!Directory.Exists(root))
            yield break;
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(FilePattern.Slashes).Where(pattern.Fits).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Of(file) with { Length = new FileInfo(file).Length };
        }
    }

    private static SourceFile Of(string path) => new(Path.GetFullPath(path), _ => Task.FromResult<Stream>(Open(path)));

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = System.IO.FileOptions.Asynchronous | System.IO.FileOptions.SequentialScan, BufferSize = 128 * 1024 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it cannot be opened for reading";
            throw new WarehouseLoadException($"The file '{path}' was to be loaded, but {what} (looked in {Path.GetDirectoryName(Path.GetFullPath(path))}). Nothing was loaded.", error) { File = path };
        }
    }
}

/// <summary>Files of the warehouse's stage.</summary>
internal sealed class StagedFiles(string name, bool isLiteral) : FileSet(name)
{
    public override bool IsSingle => isLiteral || base.IsSingle;

    public override string Prefix => IsSingle ? Name : FilePattern.Prefix(Name);

    public override async IAsyncEnumerable<SourceFile> ListAsync(IStageClient stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IsSingle)
        {
            // One that is not there is told when it is opened.
            yield return await stage.FindAsync(Name, cancellationToken).ConfigureAwait(false) is { } there ? Of(stage, there) : Of(stage, Name);
            yield break;
        }

        var pattern = new FilePattern(Name);
        await foreach (StagedFile file in stage.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (pattern.Fits(file.Path))
                yield return Of(stage, file);
        }
    }

    // The version that was listed: a file that is replaced meanwhile is another one.
    internal static SourceFile Of(IStageClient stage, StagedFile file) => new(file.Path, cancellationToken => stage.OpenReadAsync(file, cancellationToken)) { Length = file.HasExactLength ? file.Length : null };

    internal static SourceFile Of(IStageClient stage, string path) => new(path, cancellationToken => stage.OpenReadAsync(path, cancellationToken));
}
