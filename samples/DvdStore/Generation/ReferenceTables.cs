namespace DvdStore.Generation;

/// <summary>The small tables that never change: written with the first day only.</summary>
internal static class ReferenceTables
{
    public const int ActorCount = 120;

    // Two actors with one name: who joins by name instead of key counts them as one.
    private const int ActorId = 31;
    private const int NamesakeId = 93;

    private static readonly string[] Languages = ["English", "Danish", "Polish", "Japanese", "Spanish", "Français"];

    private static readonly string[] Categories =
    [
        "Adventure", "Biography", "Crime", "Detective", "Fantasy", "Heist", "History", "Mystery", "Nature", "Romance", "Satire",
        "Space", "Spy", "Thriller", "War", "Western",
    ];

    private static readonly string[] Countries =
    [
        "Denmark", "Poland", "Japan", "Côte d'Ivoire", "Korea, Republic of", "Brazil", "Türkiye", "Iceland", "Canada", "Kenya",
        "Portugal", "New Zealand", "Austria", "India", "Chile", "Norway",
    ];

    // The countries of these stand first in Countries, in the same order.
    private static readonly string[] KnownCities = ["Ærø", "Łódź", "東京", "Grand-Béréby", "서울", "São Luís", "İzmir", "Ísafjörður"];

    public static int LanguageCount => Languages.Length;

    public static int CategoryCount => Categories.Length;

    public static int CityCount => KnownCities.Length + Words.CityOpenings.Length * Words.CityEndings.Length;

    public static void Write(DayExport export, SeededRandom random, DateTime lastUpdate)
    {
        WriteNames(export.Snapshot("language"), Languages, lastUpdate);
        WriteNames(export.Snapshot("category"), Categories, lastUpdate);
        WriteNames(export.Snapshot("country"), Countries, lastUpdate);
        WriteCities(export.Snapshot("city"), lastUpdate);
        WriteActors(export.Snapshot("actor"), random, lastUpdate);
    }

    private static void WriteNames(ExportFile file, string[] names, DateTime lastUpdate)
    {
        for (int i = 0; i < names.Length; i++)
            file.Add(i + 1).Add(names[i]).Add(lastUpdate).EndRow();
    }

    private static void WriteCities(ExportFile file, DateTime lastUpdate)
    {
        for (int i = 0; i < CityCount; i++)
        {
            int invented = i - KnownCities.Length;
            string city = invented < 0
                ? KnownCities[i]
                : Words.CityOpenings[invented / Words.CityEndings.Length] + Words.CityEndings[invented % Words.CityEndings.Length];
            file.Add(i + 1).Add(city).Add(i % Countries.Length + 1).Add(lastUpdate).EndRow();
        }
    }

    private static void WriteActors(ExportFile file, SeededRandom random, DateTime lastUpdate)
    {
        var names = new (string First, string Last)[ActorCount + 1];
        for (int id = 1; id <= ActorCount; id++)
        {
            names[id] = id == NamesakeId ? names[ActorId] : (random.Pick(Words.FirstNames), random.Pick(Words.LastNames));
            file.Add(id).Add(names[id].First).Add(names[id].Last).Add(lastUpdate).EndRow();
        }
    }
}
