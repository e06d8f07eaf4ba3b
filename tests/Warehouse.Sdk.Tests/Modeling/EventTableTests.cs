namespace Warehouse.Sdk.Tests;

/// <summary>The side table of a dimension that remembers its events.</summary>
public sealed class EventTableTests
{
    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reject)]
    public void Only_a_dimension_that_reconciles_keeps_events(LateEvents policy)
        => Account(policy).Events.Should().BeNull();

    [Fact]
    public void It_holds_all_that_an_event_says()
    {
        TableSchema events = Account(LateEvents.Reconcile).Events!;
        events.Name.ToString().Should().Be("business.dim_account_event");
        events.Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? string.Empty : " not null")}").Should().Equal(
            "bank_code text", "account_no integer", "effective_at timestamp not null", "is_delete boolean not null", "sequence_number bigint", "owner text", "is_inferred boolean not null", "load_id bigint not null");
    }

    [Fact]
    public void It_is_part_of_what_tells_two_models_apart()
        => ModelOf(LateEvents.Reconcile).Hash().Should().NotBe(ModelOf(LateEvents.Split).Hash());

    private static Dimension Account(LateEvents policy) => ModelOf(policy).Dimensions.Single();

    private static DimensionalModel ModelOf(LateEvents policy) => DimensionalModel.Create("bank", model => model.Dimension<AccountRow>("dim_account", d => d
        .NaturalKey(a => new { a.BankCode, a.AccountNo })
        .Type2(a => a.Owner)
        .EffectiveFrom(a => a.ChangedAt)
        .Sequence(a => a.Lsn)
        .Operation(a => a.Op)
        .LateEvents(policy)));
}
