using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The driver, as the host gives it or as it is found by name.</summary>
internal static class SnowflakeDriver
{
    private const string FactoryType = "Snowflake.Data.Client.SnowflakeDbFactory, Snowflake.Data";

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A trimmed host gives the factory itself.")]
    public static DbProviderFactory Find(SnowflakeOptions options)
        => options.Factory ?? Found() ?? throw new WarehouseException("Snowflake's driver is not there. Nothing was changed. Add a reference to the package Snowflake.Data to the application, or give SnowflakeDbFactory.Instance in SnowflakeOptions.Factory (a trimmed application has to).") { SystemName = SnowflakeProvider.Name };

    // The field is static and no property.
    private static DbProviderFactory? Found()
        => Type.GetType(FactoryType, throwOnError: false)?.GetField("Instance", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as DbProviderFactory;
}
