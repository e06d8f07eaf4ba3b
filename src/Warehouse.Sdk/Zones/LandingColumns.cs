using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the landing zone adds to every row as received.</summary>
internal static class LandingColumns
{
    public static Identifier SourceFile { get; } = "source_file";

    public static Identifier SourceLine { get; } = "source_line";
}
