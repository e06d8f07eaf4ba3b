using System.Text;
using System.Text.RegularExpressions;

namespace Warehouse.Sdk.Tests;

/// <summary>
/// <c>docs/cases.md</c> says which test answers which case. The names of the tests carry the numbers; what has no test has its reason here.
/// </summary>
public sealed partial class CaseCatalogueTests
{
    private static readonly (string Id, string Case)[] Cases =
    [
        ("B01", "several versions of a member in one load"), ("B02", "the same, shuffled and cut"), ("B03", "exact duplicates"), ("B05", "a sequence decides"), ("B06", "there and back again"),
        ("B07", "unchanged"), ("B09", "a sequence leads back"), ("B10", "a change between two snapshots"), ("B11", "a thousand versions of one member"), ("B13", "an unchanged and a changed row"),
        ("B14", "the first row equals the current version"), ("B15", "two equal rows that differ from it"),
        ("N02", "empty text and NULL"), ("N03", "blanks at the end"), ("N04", "case"), ("N06", "0.0 and -0.0"), ("N07", "1.10 and 1.1 as text"), ("N08", "1 and 1.0"), ("N10", "Unicode normal forms"),
        ("N11", "emoji and right-to-left marks"), ("N12", "the last character of a long text"), ("N14", "the character U+0000"), ("N15", "the order of JSON keys"), ("N16", "a value that moves to another column"),
        ("N18", "NULL and texts that others take for it"), ("N19", "columns in another order"), ("N20", "spellings of booleans and dates"), ("N22", "the last of 38 digits"),
        ("K01", "NULL as key"), ("K02", "keys that look alike when joined"), ("K04", "NULL as part of a key"), ("K05", "NULL and empty as part of a key"), ("K06", "keys that count as equal"), ("K08", "the source re-keys"),
        ("K09", "a key used again"), ("K10", "two sources with one key"), ("K12", "a key too long for an index"), ("K13", "two open versions in the table"),
        ("X01", "a delete"), ("X03", "deleted and back at one instant"), ("X04", "a second delete"), ("X05", "a delete of a member never seen"), ("X07", "deletes as versions"), ("X08", "absent from a snapshot"),
        ("X09", "absent from a delta"), ("X11", "an empty snapshot"), ("X12", "a snapshot that ends too many"), ("X13", "a return with an old time"), ("X15", "a deleted flag as an attribute"),
        ("X16", "an overwrite of a closed member"), ("X17", "a delete before the first version"), ("X19", "snapshots of parts"), ("X20", "a stale snapshot"), ("X21", "erasure of a member"),
        ("L01", "before the first version"), ("L02", "between two versions"), ("L03", "confirms what is stored"), ("L05", "between two equal deliveries"), ("L06", "a late delete"), ("L07", "before a delete"),
        ("L09", "before the last version"), ("L10", "into a gap"), ("L11", "an earlier return"), ("L13", "future events"), ("L14", "a correction by sequence"), ("L15", "beyond the horizon"),
        ("L17", "any order"), ("L18", "an old overwrite"), ("L19", "late events rejected"),
        ("I01", "an early fact makes a placeholder"), ("I02", "filled in later"), ("I03", "filled in from before"), ("I04", "and changed after"), ("I06", "never resolved"), ("I07", "absent from a snapshot"), ("I08", "deleted"),
        ("I10", "two facts at once"), ("I11", "a key that is NULL or none"),
        ("G01", "a dimension that follows another: it changes"), ("G03", "it is overwritten"), ("G04", "both change at once"), ("G05", "it comes later"),
        ("S02", "a missing column"), ("S03", "names in another case"), ("S04", "a longer text"), ("S06", "another type"), ("S07", "columns in another order"), ("S08", "an unknown column"), ("S10", "type 6 turned on"),
        ("S11", "a new part of the key"), ("S12", "a crash in a deployment"),
        ("C01", "a load run again"), ("C02", "an empty delta"), ("C03", "nothing changed"), ("C05", "the answer to a commit is lost"), ("C06", "leftovers of a killed run"), ("C07", "two loaders, one new key"),
        ("C09", "readers during a load"), ("C10", "cancellation"), ("C11", "a lock held too long"), ("C13", "a file cut off"), ("C14", "a clock that goes back"), ("C15", "the session's time zone"),
        ("C17", "late events under a unique version number"), ("C18", "an indexed column with children"),
        ("P01", "finer than a microsecond"), ("P03", "the far future"), ("P04", "one instant, two offsets"), ("P05", "an hour that was skipped"), ("P07", "dates and timestamps"), ("P08", "dates that mean none"),
        ("P09", "24:00 and leap seconds"), ("P11", "whole seconds"), ("P12", "the host's culture"), ("P13", "leap years, weeks, fiscal years"),
        ("M06", "a balance summed over time"),
        ("A01", "milestones in order"), ("A03", "an explicit NULL and an absent column"), ("A04", "re-dated, then the stale date again"), ("A05", "the same event twice"), ("A07", "not happened yet"), ("A08", "closed, then opened again"),
        ("Q01", "an account without activity"), ("Q02", "periods in any order and cut"), ("Q03", "one day again"), ("Q04", "a late transaction"), ("Q05", "a member that was closed"), ("Q07", "an opening balance"),
        ("Q08", "attendance and coverage"), ("Q09", "three holders"), ("Q11", "a circle"),
    ];

    /// <summary>Tests whose names carry no number, as <c>Class.Method</c>, or the reason why there is none.</summary>
    private static readonly Dictionary<string, string[]> Elsewhere = new()
    {
        ["B02"] = ["ScdMetamorphicTests.Shuffled_events_say_the_same", "ScdMetamorphicTests.Other_batches_say_the_same"],
        ["X11"] = ["ScdSnapshotTests.An_empty_snapshot_of_an_empty_dimension_is_nothing"],
        ["L17"] = ["ScdMetamorphicTests.Shuffled_events_say_the_same", "ScdMetamorphicTests.Old_loads_run_again_change_nothing_at_all"],
        ["C06"] = ["PostgresParallelInterruptionTests.What_a_crash_has_left_behind_is_swept_and_a_living_loads_table_is_not", "AtomicityTests.A_session_that_is_disposed_without_commit_leaves_nothing"],
        ["C10"] = ["PostgresInterruptionTests.Cancellation_while_rows_are_staged_ends_the_load_promptly", "PostgresInterruptionTests.Cancellation_during_a_long_statement_ends_the_load_promptly"],
        ["C15"] = ["every test on PostgreSQL: its databases have the time zone Asia/Kolkata, and a load sets its own"],
        ["C17"] = ["ScdLateTests.B02_L01_to_L13_X05_X17_A_late_event_splits_the_history_where_it_belongs", "version numbers stand under no unique index"],
        ["C18"] = ["no test: DuckDB is given no indexes and no foreign keys (ADR 0005)"],
        ["X20"] = ["refused also where late events are reconciled: who was absent from the newer snapshot is not known of members it did not hold"],
        ["M06"] = ["the pure test `FactKindModelTests.M06_An_aggregate_refuses_to_sum_what_must_not_be_summed`"],
        ["P05"] = ["no test: a time without an offset is UTC, which skips no hour; local times are the source's to convert"],
        ["K10"] = ["a model maps one row type to a dimension, so there is no second source to refuse"],
        ["P13"] = ["the pure tests of `CalendarDayTests`"],
    };

    [Fact]
    public void The_page_of_cases_says_which_test_answers_which_case()
    {
        Dictionary<string, List<string>> found = TestsByCase();
        string page = Draw(found);
        string path = Path.Combine(GoldenFile.Folder, "..", "..", "..", "docs", "cases.md");
        if (GoldenFile.MayRewrite(Environment.GetEnvironmentVariable("WAREHOUSE_REWRITE_GOLDEN"), Environment.GetEnvironmentVariable("CI")))
            File.WriteAllText(path, page);
        File.ReadAllText(path).ReplaceLineEndings("\n").Should().Be(page, "docs/cases.md is written from the names of the tests; rewrite it with WAREHOUSE_REWRITE_GOLDEN=1");
        found.Keys.Except(Cases.Select(entry => entry.Id)).Should().BeEmpty("every number stands in the catalogue");
    }

    [Fact]
    public void Every_case_has_a_test_or_a_reason()
        => Cases.Select(entry => entry.Id).Except(TestsByCase().Keys).Except(Elsewhere.Keys).Should().BeEmpty();

    [Fact]
    public void What_is_named_elsewhere_is_there()
    {
        string sources = string.Concat(Sources().Select(source => source.Text));
        foreach (string test in Elsewhere.Values.SelectMany(tests => tests).Where(test => !test.Contains(' ', StringComparison.Ordinal)))
            sources.Should().Contain(test.Split('.')[^1], "{0} is named in the catalogue", test);
    }

    private static Dictionary<string, List<string>> TestsByCase()
    {
        Dictionary<string, List<string>> found = [];
        foreach (var (file, text) in Sources())
        {
            foreach (Match test in TestWithNumbers().Matches(text))
            {
                foreach (string id in Numbers(test.Groups["ids"].Value).Where(id => !IsOfAnotherSection(id)))
                    (found.TryGetValue(id, out List<string>? tests) ? tests : found[id] = []).Add($"{file}.{test.Groups["name"].Value}");
            }
        }

        return found;
    }

    // Facts have a page of their own, and what types do is in the README.
    private static bool IsOfAnotherSection(string id) => id[0] is 'F' or 'T';

    private static IEnumerable<string> Numbers(string ids)
    {
        string[] parts = ids.TrimEnd('_').Split('_');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] != "to")
            {
                yield return parts[i];
                continue;
            }

            // L01 to L13: those of the catalogue in between.
            foreach (var (id, _) in Cases.Where(entry => string.CompareOrdinal(entry.Id, parts[i - 1]) > 0 && string.CompareOrdinal(entry.Id, parts[i + 1]) < 0))
                yield return id;
        }
    }

    private static IEnumerable<(string File, string Text)> Sources()
    {
        string tests = Path.Combine(GoldenFile.Folder, "..", "..");
        return from folder in new[] { "Warehouse.Sdk.Conformance", "Warehouse.Sdk.Postgres.Tests", "Warehouse.Sdk.DuckDb.Tests" }
               from path in Directory.GetFiles(Path.Combine(tests, folder), "*.cs").Order(StringComparer.Ordinal)
               select (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
    }

    private static string Draw(Dictionary<string, List<string>> found)
    {
        var page = new StringBuilder("""
            # Cases and their answers

            Which test answers which case of loading dimensions: batches (B), values (N), keys (K), ends (X), late events (L), placeholders (I), schemas (S),
            concurrency and replay (C), time (P); and of facts that sum up or fold what they are given: measures (M), accumulating snapshots (A), periodic snapshots,
            factless facts and bridges (Q), cascades (G). Other facts are in [cases-facts.md](cases-facts.md). The suites run on every engine.
            Written from the names of the tests by `CaseCatalogueTests`.

            | case | about | answered by |
            | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var (id, about) in Cases)
        {
            string[] answers = [.. found.GetValueOrDefault(id, []).Concat(Elsewhere.GetValueOrDefault(id, []).Where(test => !found.GetValueOrDefault(id, []).Contains(test)))];
            page.Append("| ").Append(id).Append(" | ").Append(about).Append(" | ").AppendJoin("; ", answers.Select(answer => answer.Contains(' ', StringComparison.Ordinal) ? answer : $"`{answer}`")).Append(" |\n");
        }

        return page.ToString();
    }

    [GeneratedRegex(@"public (?:virtual )?(?:async Task|void) (?<name>(?<ids>(?:[A-Z]\d\d_(?:to_)?)+)\w+)\(", RegexOptions.CultureInvariant)]
    private static partial Regex TestWithNumbers();
}
