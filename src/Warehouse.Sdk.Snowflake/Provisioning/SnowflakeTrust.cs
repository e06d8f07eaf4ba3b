using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// What a role in AWS has to trust so that Snowflake may take it, from DESC INTEGRATION, and what it has to be allowed. Both policies are entered in AWS by a person. An
/// integration that is made anew has another external id, and the trust has to be entered again.
/// </summary>
/// <param name="Integration">The storage integration.</param>
/// <param name="IamUserArn">Snowflake's user in AWS (<c>STORAGE_AWS_IAM_USER_ARN</c>).</param>
/// <param name="ExternalId">What it proves itself with (<c>STORAGE_AWS_EXTERNAL_ID</c>).</param>
/// <param name="Access">The role and the places.</param>
public sealed record SnowflakeTrust(string Integration, string IamUserArn, string ExternalId, SnowflakeS3Access Access)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The role's trust policy: Snowflake's user may take the role, and nobody else by its name.</summary>
    public string TrustPolicy => Policy(json =>
    {
        Begin(json, null);
        json.WriteStartObject("Principal");
        json.WriteString("AWS", IamUserArn);
        json.WriteEndObject();
        json.WriteString("Action", "sts:AssumeRole");
        json.WriteStartObject("Condition");
        json.WriteStartObject("StringEquals");
        json.WriteString("sts:ExternalId", ExternalId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The role's access policy: it may read the places, find the bucket's region and list what is below them; and write, where <see cref="SnowflakeS3Access.Writes"/> says so.</summary>
    public string AccessPolicy => Policy(json =>
    {
        string[] write = Access.Writes ? ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"] : [];
        Begin(json, "Files");
        Array(json, "Action", ["s3:GetObject", "s3:GetObjectVersion", .. write]);
        Array(json, "Resource", [.. Places().Select(place => $"arn:{Access.Partition}:s3:::{place.Bucket}/{place.Prefix}*")]);
        json.WriteEndObject();
        foreach (var bucket in Places().GroupBy(place => place.Bucket, StringComparer.Ordinal))
        {
            Begin(json, null);
            Array(json, "Action", ["s3:GetBucketLocation"]);
            json.WriteString("Resource", $"arn:{Access.Partition}:s3:::{bucket.Key}");
            json.WriteEndObject();
            Begin(json, null);
            Array(json, "Action", ["s3:ListBucket"]);
            json.WriteString("Resource", $"arn:{Access.Partition}:s3:::{bucket.Key}");
            json.WriteStartObject("Condition");
            json.WriteStartObject("StringLike");
            Array(json, "s3:prefix", [.. bucket.Select(place => place.Prefix + "*")]);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
    });

    internal static async Task<SnowflakeTrust> ReadAsync(DbConnection connection, string name, SnowflakeS3Access access, CancellationToken cancellationToken)
    {
        Dictionary<string, string> properties = new(StringComparer.OrdinalIgnoreCase);
        DbCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = SnowflakeProvisioningSql.DescribeIntegration(name).Text;
            try
            {
                DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    // property, property_type, property_value, property_default
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        properties[reader.GetString(0)] = reader.IsDBNull(2) ? string.Empty : Convert.ToString(reader.GetValue(2), CultureInfo.InvariantCulture)!;
                }
            }
            catch (DbException error)
            {
                throw new WarehouseException($"The storage integration {name} is there, but cannot be described: {SnowflakeErrors.Explain(error)} It needs OWNERSHIP or USAGE on the integration. Run it again when that is granted.", error) { SystemName = SnowflakeProvider.Name, Target = name };
            }
        }

        string Property(string property) => properties.GetValueOrDefault(property, string.Empty);
        // It may have been there before, and nothing was replaced.
        Expect("role", Property("STORAGE_AWS_ROLE_ARN"), access.RoleArn);
        Expect("places", string.Join(", ", Property("STORAGE_ALLOWED_LOCATIONS").Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)), string.Join(", ", access.Locations.Order(StringComparer.Ordinal)));
        return new SnowflakeTrust(name, Property("STORAGE_AWS_IAM_USER_ARN"), Property("STORAGE_AWS_EXTERNAL_ID"), access);

        void Expect(string what, string found, string expected)
        {
            if (found != expected)
                throw new WarehouseException($"A storage integration {name} is there already, with other {what}: {found}; expected {expected}. It was left as it is, as stages may rest on it. Change it with ALTER STORAGE INTEGRATION, or choose another name.") { SystemName = SnowflakeProvider.Name, Target = name };
        }
    }

    private IEnumerable<(string Bucket, string Prefix)> Places() => Access.Locations.Select(location => location["s3://".Length..]).Select(place => (place[..place.IndexOf('/', StringComparison.Ordinal)], place[(place.IndexOf('/', StringComparison.Ordinal) + 1)..]));

    private static string Policy(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteString("Version", "2012-10-17");
            json.WriteStartArray("Statement");
            write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Begin(Utf8JsonWriter json, string? id)
    {
        json.WriteStartObject();
        if (id is not null)
            json.WriteString("Sid", id);
        json.WriteString("Effect", "Allow");
    }

    private static void Array(Utf8JsonWriter json, string name, string[] values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
