namespace Warehouse.Sdk.Snowflake;

/// <summary>What a storage integration may reach in AWS.</summary>
public sealed record SnowflakeS3Access
{
    /// <summary>Names the role and the places.</summary>
    /// <param name="roleArn">The role in AWS, such as <c>arn:aws:iam::001234567890:role/snowflake</c>.</param>
    /// <param name="locations">One place or more, such as <c>s3://landing/shop/</c>; each ends with a <c>/</c>.</param>
    public SnowflakeS3Access(string roleArn, params string[] locations)
    {
        ArgumentNullException.ThrowIfNull(roleArn);
        ArgumentNullException.ThrowIfNull(locations);
        if (roleArn.Split(':') is not ["arn", "aws" or "aws-us-gov" or "aws-cn", "iam", "", { Length: > 0 }, ..] || !roleArn.Contains(":role/", StringComparison.Ordinal))
            throw new ArgumentException($"'{roleArn}' is no role of AWS; one is written as arn:aws:iam::001234567890:role/name.", nameof(roleArn));
        ArgumentOutOfRangeException.ThrowIfZero(locations.Length, nameof(locations));
        foreach (string location in locations)
            Check(location, nameof(locations));
        (RoleArn, Locations) = (roleArn, [.. locations]);
    }

    /// <summary>The role.</summary>
    public string RoleArn { get; }

    /// <summary>The places that may be read.</summary>
    public IReadOnlyList<string> Locations { get; }

    /// <summary>Places below them that may not. The default is none.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>Whether the role may also put and delete files, which unloading and PURGE need. The default is <see langword="false"/>.</summary>
    public bool Writes { get; init; }

    /// <summary>aws, aws-us-gov or aws-cn.</summary>
    internal string Partition => RoleArn.Split(':')[1];

    internal string Provider => Partition switch { "aws-us-gov" => "S3GOV", "aws-cn" => "S3CHINA", _ => "S3" };

    internal static void Check(string url, string argument)
    {
        ArgumentNullException.ThrowIfNull(url, argument);
        bool isPlace = url.StartsWith("s3://", StringComparison.Ordinal) && url.Length > "s3://".Length + 1 && url.EndsWith('/') && url.IndexOf("//", "s3://".Length, StringComparison.Ordinal) < 0 && !url.Any(c => char.IsControl(c) || c is '\'' or '"' or '*' or '\\');
        if (!isPlace)
            throw new ArgumentException($"'{url}' is no place in S3 that ends with a slash, such as s3://landing/shop/. Without the slash it would be a prefix, and s3://landing/shop would mean s3://landing/shopping/ too.", argument);
    }
}
