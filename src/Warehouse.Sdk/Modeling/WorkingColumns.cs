using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// The columns that loads put next to those of the model in their private tables. A column of the model that shares such a name would be taken
/// for it without any error, so it is refused.
/// </summary>
internal static class WorkingColumns
{
    public static IReadOnlySet<Identifier> OfKeys { get; } = new HashSet<Identifier> { "copies", "differing_columns", "last_sequence" };

    public static IReadOnlySet<Identifier> OfDimensions { get; } = new HashSet<Identifier>(OfKeys)
    {
        "effective_at", "is_delete", "sequence_number", "is_known", "happens_at", "precedence", "kind", "stored_version", "stored_change", "undoes_end", "is_first",
        "begins_version", "ends_member", "overwrites", "is_overwritten", "changed_at", "ends_at", "version_number", "first_seen", "ends_here", "lives_on", "was_deleted", "met_from", "met_until",
        "held_from", "next_held_from", "stored_key", "given_key", "stored_group", "is_unreal", "is_told_now", "life_number", "comes_late", "is_outdone", "fills_in", "was_stored", "row_outcome",
        "expected_reason", "is_sound",
    };
}
