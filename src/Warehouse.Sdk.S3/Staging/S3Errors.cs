using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace Warehouse.Sdk.S3;

/// <summary>
/// What a server or the network said, in words. Messages of servers may be empty, so codes and statuses decide; and the client calls a dying server
/// a cancellation now and then.
/// </summary>
internal static class S3Errors
{
    public static bool IsOfTheStore(Exception error)
        => error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException or System.Net.Sockets.SocketException;

    public static StageFailure Classify(Exception error) => error switch
    {
        // It tells of each file.
        DeleteObjectsException => StageFailure.Other,
        AmazonServiceException service => Classify(service.ErrorCode ?? string.Empty, service.StatusCode),
        AmazonClientException client when client.Message.Contains("hash", StringComparison.OrdinalIgnoreCase) || client.Message.Contains("checksum", StringComparison.OrdinalIgnoreCase) => StageFailure.ChecksumMismatch,
        AmazonClientException client when client.Message.Contains("credential", StringComparison.OrdinalIgnoreCase) => StageFailure.AccessDenied,
        AmazonClientException client => client.InnerException is HttpRequestException or IOException or OperationCanceledException ? StageFailure.Unreachable : StageFailure.Other,
        _ => StageFailure.Unreachable,
    };

    public static StageFailure Classify(string code, HttpStatusCode status) => (code, (int)status) switch
    {
        ("NoSuchBucket", _) => StageFailure.LocationMissing,
        ("PreconditionFailed", _) or (_, 412) => StageFailure.Replaced,
        ("PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException", _) or (_, 301 or 307) => StageFailure.WrongRegion,
        ("RequestTimeTooSkewed" or "RequestExpired", _) => StageFailure.ClockSkew,
        ("BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch", _) => StageFailure.ChecksumMismatch,
        ("QuotaExceeded", _) or (_, 507) => StageFailure.Full,
        ("NotImplemented", _) or (_, 501) => StageFailure.NotSupported,
        ("SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "TooManyRequests" or "InternalError" or "ServiceUnavailable" or "RequestTimeout" or "ConditionalRequestConflict" or "OperationAborted", _) or (_, 429 or >= 500) => StageFailure.Throttled,
        (_, 404) => StageFailure.NotFound,
        (_, 401 or 403) => StageFailure.AccessDenied,
        ("", 0) => StageFailure.Unreachable,
        _ => StageFailure.Other,
    };

    /// <summary>The error in the SDK's own terms.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="request">What was asked for, and what is the state now.</param>
    /// <param name="error">The client's error.</param>
    /// <param name="known">Of which kind it is, where more is known than it tells.</param>
    public static WarehouseStageException Explain(S3Bucket stage, S3Request request, Exception error, StageFailure? known = null)
    {
        StageFailure failure = known ?? Classify(error);
        if (request.Path is { } path)
        {
            if (failure == StageFailure.NotFound)
                return StageErrors.NotFound(stage.Location, path, error);
            if (failure == StageFailure.Replaced && request.Version is { } version)
                return StageErrors.Replaced(stage.Location, path, version, error: error);
        }

        string subject = request.Path is null ? $"The stage '{stage.Location}'" : $"The file '{request.Path}' on the stage '{stage.Location}'";
        string state = failure == StageFailure.Unreachable ? request.StateUnanswered ?? request.State : request.State;
        return new WarehouseStageException(failure, $"{subject} could not be {request.Done}: {What(stage, failure, error)}. {state} {Advice(stage, failure, error)}", error)
        {
            Target = stage.Location,
            Path = request.Path,
        };
    }

    private static string What(S3Bucket stage, StageFailure failure, Exception error) => failure switch
    {
        StageFailure.AccessDenied when error is AmazonServiceException => $"the server refuses the credentials, or they do not allow it ({Answer(error)})",
        StageFailure.AccessDenied => $"no credentials were found ({error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')})",
        StageFailure.LocationMissing => $"there is no bucket '{stage.Bucket}' ({Answer(error)})",
        StageFailure.WrongRegion => $"the bucket '{stage.Bucket}' is in another region, and requests are signed for '{stage.Region}' ({Answer(error)})",
        StageFailure.ClockSkew => $"the clock of this machine and that of the server are too far apart for signed requests ({Answer(error)})",
        StageFailure.Throttled => $"the server asks for patience or has an error of its own ({Answer(error)}), also when asked again for {Patience(stage)}",
        StageFailure.Unreachable => $"the server {stage.Endpoint} cannot be reached or stopped answering ({error.GetType().Name}: {error.Message.TrimEnd('.')}), also when asked again for {Patience(stage)}",
        StageFailure.ChecksumMismatch => $"the server found other bytes than were sent ({Answer(error)})",
        StageFailure.NotSupported => $"the server cannot do it ({Answer(error)})",
        StageFailure.Full => $"there is no space left ({Answer(error)})",
        _ => $"the server answered {Answer(error)}",
    };

    private static string Advice(S3Bucket stage, StageFailure failure, Exception error) => failure switch
    {
        StageFailure.AccessDenied when error is AmazonServiceException { ErrorCode: "AccessDenied" or "Forbidden" } => "Check what the credentials allow on this bucket: reading, writing, deleting, listing, and aborting uploads; without the right to list, AWS answers so for files that are not there too.",
        StageFailure.AccessDenied => "Check the credentials: by default the AWS SDK takes them from the environment, a profile, the container or the instance.",
        StageFailure.LocationMissing => "Create it, or correct S3StageOptions.Bucket, ServiceUrl or Region.",
        StageFailure.WrongRegion => "Set S3StageOptions.Region to the bucket's region.",
        StageFailure.ClockSkew => "Set the clock of this machine.",
        StageFailure.Throttled or StageFailure.Unreachable => "Run it again later.",
        StageFailure.ChecksumMismatch => stage.ChecksumMode == S3ChecksumMode.WhenSupported ? "Run it again; if the store is not AWS and does so every time, set S3StageOptions.ChecksumMode to WhenRequired." : "Run it again.",
        StageFailure.NotSupported => "Use a store that can, such as AWS or a current Ceph or MinIO.",
        StageFailure.Full => "Make room there.",
        _ => "The inner exception tells more.",
    };

    private static string Patience(S3Bucket stage) => FormattableString.Invariant($"{stage.RetryTimeout.TotalSeconds:0.###} seconds");

    // Only the code and the status: the messages of some servers repeat what was signed.
    private static string Answer(Exception error) => error is AmazonServiceException service
        ? FormattableString.Invariant($"{(int)service.StatusCode}{(string.IsNullOrEmpty(service.ErrorCode) ? string.Empty : " " + service.ErrorCode)}{(string.IsNullOrEmpty(service.RequestId) ? string.Empty : ", request " + service.RequestId)}")
        : error.Message.TrimEnd('.');
}
