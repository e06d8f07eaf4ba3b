namespace Warehouse.Sdk;

/// <summary>What happens to an event that is older than the member's stored history and disagrees with it. Never silently ignored.</summary>
public enum LateEvents
{
    /// <summary>
    /// It splits the version it falls into and lasts until the next moment of which the dimension itself knows something: where a stored
    /// version begins or ends, or was last changed. The default; it keeps nothing beside the dimension. What a delivery confirmed without
    /// changing anything is forgotten: after <c>A@1</c> and <c>A@10</c>, a late <c>B@5</c> gives <c>A [1,5) B [5,∞)</c>. An event that stands
    /// at the very instant of another one and differs goes to the reject table.
    /// </summary>
    Split,

    /// <summary>
    /// The delivered events are kept in a table <c>&lt;dimension&gt;_event</c> beside the dimension, and the history of a member is rebuilt from
    /// all of them: it is the same in whatever order, batches and repetitions they came. After <c>A@1</c> and <c>A@10</c>, a late <c>B@5</c>
    /// gives <c>A [1,5) B [5,10) A [10,∞)</c>, and deletes of members never seen are remembered. Of several rows at one instant the highest
    /// sequence decides; without a sequence the one delivered later goes to the reject table. What was stored before the policy was chosen
    /// is taken over as events when its member is next delivered.
    /// </summary>
    Reconcile,

    /// <summary>It goes to the reject table with its reason, under the load's <see cref="RejectPolicy"/>.</summary>
    Reject,
}
