namespace Warehouse.Sdk.Tests;

/// <summary>What a fact cannot be told in one breath, and options that mean nothing for a fact.</summary>
public sealed class FactGrowthValidationTests
{
    [Fact]
    public void Operations_and_reversals_need_an_upsert()
        => Expect(f => f.Append().Operation(s => s.Op).Corrections(Corrections.Reversal), "it takes operations, which only Upsert can follow; its strategy is Append", "it corrects by reversal, which only Upsert does; its strategy is Append");

    [Fact]
    public void A_sequence_compares_rows_of_one_grain()
        => Expect(f => f.Operation(s => s.Op).Sequence(s => s.Id), "its sequence id is part of the grain, so that no two of its rows are ever compared by it, nor with a delete; leave it out of the grain, or out of Sequence");

    [Fact]
    public void A_name_leaves_room_for_the_table_of_deletions()
        => Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("sales", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            model.Fact<Row>(new string('f', 125), f => f.Grain("one sale", s => s.Id).Date(date, s => s.At).Measure(s => s.Amount).Sequence(s => s.Price).Operation(s => s.Op));
        })).Message.Should().Contain("its name with _deleted is longer than 128 characters; shorten it");

    [Fact]
    public void A_reversal_needs_measures_that_can_be_taken_back()
        => Expect(f => f.Corrections(Corrections.Reversal).Measure(s => s.Price, Additivity.NonAdditive), "it corrects by reversal, and price is not additive: a negative one takes nothing back; keep it as Degenerate, or use Corrections.Update");

    [Fact]
    public void Either_all_measures_are_combined_or_none()
        => Expect(f => f.Measure(s => s.Price, Combine.Sum), "the measure amount is not combined, but others are; say what becomes of it when several rows meet one grain");

    [Fact]
    public void The_first_and_the_last_need_an_order()
        => Expect(f => f.Measure(s => s.Price, Combine.Last), "the measure price is combined by Last; First and Last need the column that orders the rows (by: x => x.Time), others have none");

    [Fact]
    public void Only_times_have_months()
        => Expect(f => f.ReplacePartition(s => s.Id, PartitionBy.Month), "the partition id is integer; only dates and timestamps have a Month");

    [Fact]
    public void Numbers_overlap_by_numbers()
        => Expect(f => f.FromWatermark(s => s.At, overlap: 3L), "the watermark at is timestamp; an overlap in numbers is for whole numbers");

    [Fact]
    public void A_lookup_needs_its_link()
        => Expect(f => f.Lookup("nobody"), "it has a lookup of nobody, but no link of that role");

    [Fact]
    public void A_grain_and_lines_exclude_each_other()
        => Expect(f => f.GrainByLine("one line").Sequence(s => s.Id), "it has a grain and GrainByLine; choose one");

    private static void Expect(Action<FactBuilder<Row>> define, params string[] problems)
    {
        var refused = Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("sales", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            model.Fact<Row>("fact_sale", f =>
            {
                f.Grain("one sale", s => s.Id).Date(date, s => s.At).Measure(s => s.Amount).Ignore(s => new { s.Op, s.Price });
                define(f);
            });
        }));
        foreach (string problem in problems)
            refused.Message.Should().Contain(problem);
    }

    private sealed record Row(int Id, DateTime At, int Amount, decimal Price, string Op);
}
