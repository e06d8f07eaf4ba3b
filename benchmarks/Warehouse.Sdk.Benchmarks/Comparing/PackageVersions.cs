using System.Reflection;
using Amazon.S3;
using Dapper;
using DuckDB.NET.Data;
using LinqToDB;
using Npgsql;
using Sylvan.Data.Csv;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>The packages that take part on one side or the other.</summary>
internal static class PackageVersions
{
    private static readonly Type[] OfEach = [typeof(AmazonS3Client), typeof(SqlMapper), typeof(DuckDBConnection), typeof(DataOptions), typeof(NpgsqlConnection), typeof(CsvDataReader)];

    public static IReadOnlyDictionary<string, string> All { get; } = OfEach.Select(type => type.Assembly).ToDictionary(assembly => assembly.GetName().Name!, VersionOf);

    // Without the commit that it was built from.
    private static string VersionOf(Assembly assembly)
        => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? $"{assembly.GetName().Version}";
}
