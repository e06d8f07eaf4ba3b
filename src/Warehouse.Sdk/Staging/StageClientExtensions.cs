using System.Text;
using Sylvan.Data.Csv;
using System.Data.Common;

namespace Warehouse.Sdk;

/// <summary>Further ways to use a stage.</summary>
public static class StageClientExtensions
{
    /// <summary>Opens a file for reading, whatever its version. The caller disposes the stream.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseStageException">There is no such file.</exception>
    public static Task<Stream> OpenReadAsync(this IStageClient stage, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.OpenReadAsync(path, null, cancellationToken);
    }

    /// <summary>Opens a file for reading as it was when it was listed, looked up or put. The caller disposes the stream.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseStageException">There is no such file any more, or it was replaced.</exception>
    public static Task<Stream> OpenReadAsync(this IStageClient stage, StagedFile file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(file);
        return stage.OpenReadAsync(file.Path, new StageReadOptions { Version = file.Version }, cancellationToken);
    }

    /// <summary>Whether a file is there.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> ExistsAsync(this IStageClient stage, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return await stage.FindAsync(path, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Deletes files in batches, those that are there.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="paths">Their paths on the stage.</param>
    /// <param name="cancellationToken">Gives up; a part of the files may then be deleted.</param>
    /// <returns>How many paths were given.</returns>
    /// <exception cref="WarehouseStageException">Some could not be deleted; all others are.</exception>
    public static Task<long> DeleteManyAsync(this IStageClient stage, IEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(paths);
        return stage.DeleteManyAsync(paths.ToAsyncEnumerable(), cancellationToken);
    }

    /// <summary>Puts a file of this machine on the stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="file">The file on this machine.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    public static async Task<StagedFile> PutFileAsync(this IStageClient stage, string path, string file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var content = new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        await using (content.ConfigureAwait(false))
            return await stage.PutAsync(path, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the rows of a reader on the stage as a CSV file in <see cref="CsvFormat.Default"/>; NULL and the empty text stay apart, bytes are hexadecimal, and no bytes at all become NULL.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="rows">The rows. The caller keeps and disposes the reader.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    public static async Task<StagedFile> PutRowsAsync(this IStageClient stage, string path, DbDataReader rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(rows);
        string scratch = Path.GetTempFileName();
        try
        {
            var text = new StreamWriter(scratch, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            await using (text.ConfigureAwait(false))
            {
                CsvDataWriter csv = CsvDataWriter.Create(text, new CsvDataWriterOptions { QuoteStrings = CsvStringQuoting.AlwaysQuoteEmpty, BinaryEncoding = BinaryEncoding.Hexadecimal, NewLine = "\n" });
                await using (csv.ConfigureAwait(false))
                    await csv.WriteAsync(rows, cancellationToken).ConfigureAwait(false);
            }

            return await stage.PutFileAsync(path, scratch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(scratch);
        }
    }
}
