using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The names and habits of a whole model. Set them before the first table is defined.</summary>
public sealed record ModelConventions
{
    /// <summary>Schema of the landing zone. The default is <c>landing</c>.</summary>
    public Identifier LandingSchema { get; init; } = "landing";

    /// <summary>Schema of the enterprise zone. The default is <c>enterprise</c>.</summary>
    public Identifier EnterpriseSchema { get; init; } = "enterprise";

    /// <summary>Schema of the business zone. The default is <c>business</c>.</summary>
    public Identifier BusinessSchema { get; init; } = "business";

    /// <summary>Schema of the ledger. The default is <c>warehouse</c>.</summary>
    public Identifier LedgerSchema { get; init; } = "warehouse";

    /// <summary>What a <see cref="decimal"/> property becomes when its column has no declared type. The default is <c>decimal(18,4)</c>.</summary>
    public ColumnType DecimalType { get; init; } = ColumnType.Decimal(18, 4);

    /// <summary>How versions write down when they end. The default is <see cref="IntervalStyle.HalfOpen"/>.</summary>
    public IntervalStyle Intervals { get; init; }

    /// <summary>What <c>valid_to</c> of an open version holds. The default is <see cref="OpenEnd.Null"/>.</summary>
    public OpenEnd OpenEnd { get; init; }

    /// <summary>The default is <c>valid_from</c>.</summary>
    public Identifier ValidFrom { get; init; } = "valid_from";

    /// <summary>The default is <c>valid_to</c>.</summary>
    public Identifier ValidTo { get; init; } = "valid_to";

    /// <summary>The default is <c>is_current</c>.</summary>
    public Identifier IsCurrent { get; init; } = "is_current";

    /// <summary>The default is <c>version</c>.</summary>
    public Identifier Version { get; init; } = "version";

    /// <summary>The default is <c>changed_at</c>.</summary>
    public Identifier ChangedAt { get; init; } = "changed_at";

    /// <summary>The default is <c>change_reason</c>.</summary>
    public Identifier ChangeReason { get; init; } = "change_reason";

    /// <summary>The default is <c>is_inferred</c>.</summary>
    public Identifier IsInferred { get; init; } = "is_inferred";

    /// <summary>The default is <c>is_deleted</c>.</summary>
    public Identifier IsDeleted { get; init; } = "is_deleted";

    /// <summary>The default is <c>load_id</c>.</summary>
    public Identifier LoadId { get; init; } = "load_id";

    /// <summary>What follows the name of a dimension in the name of the view of its open versions. The default is <c>_current</c>.</summary>
    public Identifier CurrentViewSuffix { get; init; } = "_current";

    /// <summary>What follows the name of a dimension in the name of the function of its versions valid at an instant. The default is <c>_asof</c>.</summary>
    public Identifier AsOfFunctionSuffix { get; init; } = "_asof";

    /// <summary>What follows the name of a dimension in the name of its separate history table. The default is <c>_history</c>.</summary>
    public Identifier HistoryTableSuffix { get; init; } = "_history";

    internal Identifier SchemaOf(Zone zone) => zone switch
    {
        Zone.Landing => LandingSchema,
        Zone.Enterprise => EnterpriseSchema,
        _ => BusinessSchema,
    };
}
