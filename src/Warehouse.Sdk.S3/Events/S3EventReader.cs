using System.Net;
using System.Text.Json;

namespace Warehouse.Sdk.S3;

/// <summary>Finds the objects in a notification, however it is wrapped: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html</summary>
internal static class S3EventReader
{
    // SNS in SQS in the event of a function is two deep.
    private const int DeepestWrapping = 4;

    public static IReadOnlyList<S3EventFile> Read(string json)
    {
        List<S3EventFile> files = [];
        try
        {
            Read(json, messageId: null, depth: 0, files);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw NoEvent(error.Message.TrimEnd('.'), error);
        }

        return files;
    }

    private static void Read(string json, string? messageId, int depth, List<S3EventFile> files)
    {
        if (depth > DeepestWrapping)
            throw NoEvent("messages are wrapped into each other too often");
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw NoEvent($"it is a JSON {root.ValueKind}, not an object");
        if (root.TryGetProperty("Records", out JsonElement records))
        {
            foreach (JsonElement record in records.EnumerateArray())
                ReadRecord(record, messageId, depth, files);
        }
        else if (root.TryGetProperty("Message", out JsonElement message))
        {
            Read(Text(message), messageId, depth + 1, files);
        }
        else if (!IsTest(root))
        {
            throw NoEvent("it has no 'Records' and no 'Message'");
        }
    }

    private static void ReadRecord(JsonElement record, string? messageId, int depth, List<S3EventFile> files)
    {
        if (record.TryGetProperty("s3", out JsonElement s3))
        {
            string key = Text(s3.GetProperty("object").GetProperty("key"));
            // A space is a plus sign there, and a plus sign %2B.
            files.Add(new S3EventFile(Text(s3.GetProperty("bucket").GetProperty("name")), WebUtility.UrlDecode(key), Text(record.GetProperty("eventName"))) { MessageId = messageId });
        }
        else if (record.TryGetProperty("Sns", out JsonElement sns))
        {
            Read(Text(sns.GetProperty("Message")), messageId, depth + 1, files);
        }
        else if (record.TryGetProperty("body", out JsonElement body))
        {
            Read(Text(body), record.TryGetProperty("messageId", out JsonElement id) ? id.GetString() : messageId, depth + 1, files);
        }
        else
        {
            throw NoEvent("a record is none of S3, SNS or SQS");
        }
    }

    private static string Text(JsonElement element) => element.GetString() ?? throw NoEvent("a text of it is null");

    // What S3 sends when notifications are set up.
    private static bool IsTest(JsonElement root) => root.TryGetProperty("Event", out JsonElement name) && name.GetString() == "s3:TestEvent";

    private static WarehouseLoadException NoEvent(string reason, Exception? error = null)
        => new($"The text is no event notification of S3, bare or in a message of SNS or SQS: {reason}. Nothing was loaded. Pass the JSON as it was delivered.", error);
}
