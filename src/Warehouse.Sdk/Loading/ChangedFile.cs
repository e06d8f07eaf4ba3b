namespace Warehouse.Sdk;

/// <summary>What a file means whose path the ledger knows with another size or checksum.</summary>
public enum ChangedFile
{
    /// <summary>News: it is loaded as any other file. The default.</summary>
    LoadAgain,

    /// <summary>A mistake: files are written once. The load fails and names the file.</summary>
    Refuse,
}
