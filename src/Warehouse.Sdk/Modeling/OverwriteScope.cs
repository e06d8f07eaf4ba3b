namespace Warehouse.Sdk;

/// <summary>Which versions of a member a type 1 change overwrites.</summary>
public enum OverwriteScope
{
    /// <summary>All of them. The default, and Kimball's rule.</summary>
    AllVersions,

    /// <summary>The current one only.</summary>
    CurrentVersion,
}
