namespace Warehouse.Sdk.S3;

/// <summary>What a request is about, for the error that tells of its failure.</summary>
/// <param name="Done">What was to be done, as in "could not be written".</param>
/// <param name="Path">The path of the file, if it is one.</param>
/// <param name="State">What is the state after the failure.</param>
/// <param name="Version">The version the file must have, if it must.</param>
internal sealed record S3Request(string Done, string? Path, string State, string? Version = null)
{
    /// <summary>What is the state when the server stopped answering, where that is another one than after a refusal.</summary>
    public string? StateUnanswered { get; private init; }

    /// <summary>The request that makes it visible, which may have been done although nobody answers.</summary>
    public S3Request Last => this with { StateUnanswered = $"Whether it was {Done} is not known; doing it again does no harm." };

    /// <summary>The same, where there must be no file yet.</summary>
    public S3Request Claim => this with { StateUnanswered = $"Whether it was {Done} is not known: look it up before another try, which would only find that it is there." };

    public static S3Request Put(string path) => new("written", path, "The stage is as it was.");

    public static S3Request Copy(StagedFile from) => new("copied", from.Path, "The stage is as it was.", from.Version);

    public static S3Request Read(string path, string? version = null) => new("read", path, "Nothing was loaded.", version);

    public static S3Request Find(string path) => new("looked up", path, "Nothing was changed.");

    public static S3Request Delete(string path) => new("deleted", path, "It may still be there.");

    public static S3Request Whole(string done) => new(done, null, "What was done before is done.");
}
