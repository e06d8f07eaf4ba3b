using System.Text.Json;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>What loads find is made once, is shown before it is run, and never takes anything away.</summary>
public sealed class SnowflakeProvisioningTests : IAsyncDisposable
{
    private const string Role = "arn:aws:iam::001234567890:role/snowflake";

    private readonly StagedAccount _account = new();

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    [Fact]
    public void The_script_is_whole_and_replaces_nothing()
    {
        Plan().Script.Should().Be("""
            -- The schema landing.
            CREATE SCHEMA IF NOT EXISTS "LANDING";

            -- Snowflake's identity for the role that may read the places of s3_landing.
            CREATE STORAGE INTEGRATION IF NOT EXISTS "S3_LANDING"
                TYPE = EXTERNAL_STAGE
                STORAGE_PROVIDER = 'S3'
                ENABLED = TRUE
                STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::001234567890:role/snowflake'
                STORAGE_ALLOWED_LOCATIONS = ('s3://landing/shop/', 's3://other/')
                STORAGE_BLOCKED_LOCATIONS = ('s3://landing/shop/secret/');

            -- The external stage Shop Files, over the bucket.
            CREATE STAGE IF NOT EXISTS "LANDING"."Shop Files"
                URL = 's3://landing/shop/'
                STORAGE_INTEGRATION = "S3_LANDING";

            -- The internal stage inbox, where files wait.
            CREATE STAGE IF NOT EXISTS "LANDING"."INBOX"
                ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE');

            -- How the files of semicolons are written.
            CREATE FILE FORMAT IF NOT EXISTS "LANDING"."SEMICOLONS"
                TYPE = CSV COMPRESSION = GZIP FIELD_DELIMITER = ';' FIELD_OPTIONALLY_ENCLOSED_BY = '"'
                ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ENCODING = 'UTF8'
                SKIP_BYTE_ORDER_MARK = TRUE REPLACE_INVALID_CHARACTERS = FALSE SKIP_HEADER = 1 ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE;

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task It_gives_what_is_entered_in_AWS_and_run_again_changes_nothing()
    {
        SnowflakeProvisioned done = await Plan().RunAsync(_account.Options());
        SnowflakeProvisioned again = await Plan().RunAsync(_account.Options());

        SnowflakeTrust trust = done.Trusts.Should().ContainSingle().Subject;
        again.Trusts[0].ExternalId.Should().Be(trust.ExternalId, "nothing was replaced");
        trust.TrustPolicy.Should().Be($$"""
            {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Principal": {
                    "AWS": "arn:aws:iam::123456789001:user/abc1-b-self1234"
                  },
                  "Action": "sts:AssumeRole",
                  "Condition": {
                    "StringEquals": {
                      "sts:ExternalId": "{{trust.ExternalId}}"
                    }
                  }
                }
              ]
            }
            """.ReplaceLineEndings("\n"));
        using JsonDocument access = JsonDocument.Parse(trust.AccessPolicy);
        JsonElement[] statements = [.. access.RootElement.GetProperty("Statement").EnumerateArray()];
        statements.Should().HaveCount(5);
        statements[0].GetProperty("Action").ToString().Should().NotContain("Put").And.Contain("s3:GetObjectVersion");
        statements[0].GetProperty("Resource").EnumerateArray().Select(place => place.GetString()).Should().Equal("arn:aws:s3:::landing/shop/*", "arn:aws:s3:::other/*");
        statements[2].GetProperty("Condition").GetProperty("StringLike").GetProperty("s3:prefix")[0].GetString().Should().Be("shop/*");
        (trust with { Access = new SnowflakeS3Access("arn:aws-cn:iam::1:role/r", "s3://b/p/") { Writes = true } }).AccessPolicy.Should().Contain("s3:PutObject").And.Contain("arn:aws-cn:s3:::b/p/*");
        _account.Account.Statements.Should().NotContain(statement => statement.Text.Contains("OR REPLACE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CREATE INTEGRATION", "'create-storage-integration s3_landing' failed: The role lacks a privilege: *It needs CREATE INTEGRATION on the account (ACCOUNTADMIN has it), and USAGE on what it stands in. What came before it is there; run it again when that is mended, and the rest follows.")]
    [InlineData("CREATE STAGE", "'create-stage landing.Shop Files' failed: *It needs CREATE STAGE on the schema landing, and USAGE on the integration s3_landing*")]
    [InlineData("USAGE ON INTEGRATION S3_LANDING", "*USAGE on the integration s3_landing*")]
    [InlineData("CREATE FILE FORMAT", "'create-file-format landing.semicolons' failed: *It needs CREATE FILE FORMAT on the schema landing*")]
    public async Task A_privilege_that_is_missing_is_named_and_the_rest_follows_when_it_is_granted(string privilege, string message)
    {
        _account.Account.Revoke(privilege);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => Plan().RunAsync(_account.Options()));
        _account.Account.Grant(privilege);

        error.Message.Should().Match(message);
        error.InnerException.Should().BeOfType<SnowflakeEmulatorException>().Which.ErrorCode.Should().Be(3001);
        (await Plan().RunAsync(_account.Options())).Trusts.Should().HaveCount(1);
    }

    [Fact]
    public async Task An_integration_that_is_there_with_another_role_or_other_places_is_told_and_left()
    {
        await Plan().RunAsync(_account.Options());

        var role = await Assert.ThrowsAsync<WarehouseException>(() => new SnowflakeProvisioning().StorageIntegration("s3_landing", new SnowflakeS3Access("arn:aws:iam::1:role/other", "s3://landing/shop/", "s3://other/")).RunAsync(_account.Options()));
        var places = await Assert.ThrowsAsync<WarehouseException>(() => new SnowflakeProvisioning().StorageIntegration("s3_landing", new SnowflakeS3Access(Role, "s3://landing/")).RunAsync(_account.Options()));
        var outside = await Assert.ThrowsAsync<WarehouseException>(() => new SnowflakeProvisioning().ExternalStage("files", "outside", "s3://elsewhere/", "s3_landing").RunAsync(_account.Options()));

        role.Message.Should().StartWith($"A storage integration s3_landing is there already, with other role: {Role}; expected arn:aws:iam::1:role/other.");
        places.Message.Should().Contain("with other places: s3://landing/shop/, s3://other/; expected s3://landing/.");
        outside.Message.Should().Contain("is not allowed by integration 'S3_LANDING'");
    }

    [Theory]
    [InlineData("s3://landing/shop")]
    [InlineData("s3://")]
    [InlineData("https://landing/")]
    [InlineData("s3://a//b/")]
    [InlineData("s3://a'b/")]
    public void A_place_that_is_none_is_refused(string url)
    {
        Assert.Throws<ArgumentException>(() => new SnowflakeS3Access(Role, url));
        Assert.Throws<ArgumentException>(() => new SnowflakeProvisioning().ExternalStage("files", "x", url, "y"));
        Assert.Throws<ArgumentException>(() => new SnowflakeS3Access("role", "s3://a/"));
        Assert.Throws<ArgumentException>(() => new SnowflakeProvisioning().InternalStage("files", "a/b"));
    }

    private static SnowflakeProvisioning Plan() => new SnowflakeProvisioning()
        .Schema("landing")
        .StorageIntegration("s3_landing", new SnowflakeS3Access(Role, "s3://landing/shop/", "s3://other/") { Blocked = ["s3://landing/shop/secret/"] })
        .ExternalStage("landing", "Shop Files", "s3://landing/shop/", "s3_landing")
        .InternalStage("landing", "inbox")
        .FileFormat("landing", "semicolons", CsvFormat.Default with { Delimiter = ';', Compression = Compression.Gzip });
}
