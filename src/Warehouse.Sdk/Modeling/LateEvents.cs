namespace Warehouse.Sdk;

/// <summary>What happens to a row that is older than the member's stored history and disagrees with it.</summary>
public enum LateEvents
{
    /// <summary>It goes to the reject table with its reason, under the load's <see cref="RejectPolicy"/>. Never silently ignored.</summary>
    Reject,
}
