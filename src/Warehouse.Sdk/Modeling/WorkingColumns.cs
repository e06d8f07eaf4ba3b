using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// The columns that loads put next to those of the model in their private tables. A column of the model that shares such a name would be taken
/// for it without any error, so it is refused. A test reads every statement for names that are missing here.
/// </summary>
internal static class WorkingColumns
{
    /// <summary>Next to the columns that make a row unique.</summary>
    public static IReadOnlySet<Identifier> OfKeys { get; } = new HashSet<Identifier> { "copies", "differing_columns", "last_sequence", "key_bytes" };

    /// <summary>Next to the natural key and the attributes of a dimension, in its own loads and where facts look its members up.</summary>
    public static IReadOnlySet<Identifier> OfDimensions { get; } = new HashSet<Identifier>(OfKeys)
    {
        "effective_at", "is_delete", "sequence_number", "is_known", "happens_at", "precedence", "kind", "stored_version", "stored_change", "undoes_end", "is_first",
        "begins_version", "ends_member", "overwrites", "is_overwritten", "changed_at", "ends_at", "version_number", "first_seen", "ends_here", "lives_on", "was_deleted", "met_from", "met_until",
        "held_from", "next_held_from", "stored_key", "given_key", "stored_group", "is_unreal", "is_told_now", "life_number", "comes_late", "is_outdone", "fills_in", "was_stored", "row_outcome",
        "expected_reason", "is_sound", "was_open", "ends_otherwise", "is_other", "only_ends", "is_absent", "combination_key", "begins_at", "member_key", "member_durable_key",
    };

    /// <summary>Next to all columns of a bridge.</summary>
    public static IReadOnlySet<Identifier> OfBridges { get; } = new HashSet<Identifier>(OfKeys) { "is_empty_group", "weights" };

    /// <summary>Next to the columns of a hierarchy.</summary>
    public static IReadOnlySet<Identifier> OfHierarchies { get; } = new HashSet<Identifier>(OfKeys) { "path" };

    /// <summary>Next to the columns of one dimension.</summary>
    public static IReadOnlySet<Identifier> Of(DimensionDefinition dimension)
        => OfDimensions.Concat(dimension.Attributes.Where(attribute => attribute.Type == ScdType.Type3).Select(attribute => Changes(attribute.Name))).ToHashSet();

    /// <summary>Next to all columns of one fact.</summary>
    public static IReadOnlySet<Identifier> Of(FactDefinition fact)
    {
        IEnumerable<Identifier> names = Enumerable.Range(1, fact.Dimensions.Count).Select(LinkOutcome)
            .Concat(fact.Accumulating?.WorkingColumns ?? [])
            .Concat(fact.Periodic?.WorkingColumns ?? []);
        return (fact.Growth.Corrections == Corrections.Reversal ? names.Append("from_last") : names).ToHashSet();
    }

    /// <summary>How often the value of a type 3 attribute has changed.</summary>
    public static Identifier Changes(Identifier attribute) => $"{attribute.Value}_changes";

    /// <summary>What became of the lookup of a fact's link, counted from 1.</summary>
    public static Identifier LinkOutcome(int number) => FormattableString.Invariant($"link_outcome_{number}");
}
