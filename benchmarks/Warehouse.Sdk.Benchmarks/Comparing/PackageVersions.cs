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

    // Without the commit that it was built from. Some say the package's version of the file only, and leave the others at their beginnings.
    private static string VersionOf(Assembly assembly)
    {
        Version? version = assembly.GetName().Version;
        string? informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        bool isOfPackage = Version.TryParse(informational?.Split('-')[0], out Version? told) && told.Major >= version?.Major;
        return isOfPackage ? informational! : assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? $"{version}";
    }
}
