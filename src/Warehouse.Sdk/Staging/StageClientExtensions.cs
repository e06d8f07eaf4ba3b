using System.Text;
using Sylvan.Data.Csv;
using System.Data.Common;

namespace Warehouse.Sdk;

/// <summary>Further ways to put files on a stage.</summary>
public static class StageClientExtensions
{
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
