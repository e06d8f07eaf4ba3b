using System.Globalization;

namespace DvdStore.Generation;

/// <summary>Titles and descriptions.</summary>
internal static class FilmTexts
{
    private static readonly string[] Features = ["Trailers", "Commentaries", "Deleted Scenes", "Behind the Scenes"];

    /// <summary>A title no other number has: the words of a cycle are all different, and later cycles are sequels.</summary>
    public static string Title(int number)
    {
        int adjectives = Words.TitleAdjectives.Length;
        int nouns = Words.TitleNouns.Length;
        string adjective = Words.TitleAdjectives[number % adjectives];
        string noun = Words.TitleNouns[(number + number / adjectives) % nouns];
        string title = (number % 23) switch
        {
            5 => $"{noun}, {adjective}",
            11 => $"The \"{adjective}\" {noun}",
            _ => $"{adjective} {noun}",
        };
        int cycle = number / (adjectives * nouns);
        return cycle == 0 ? title : string.Create(CultureInfo.InvariantCulture, $"{title} {cycle + 1}");
    }

    public static string Description(SeededRandom random)
    {
        string hero = random.Pick(Words.People);
        string other = random.Pick(Words.People);
        string thing = random.Pick(Words.Things);
        return random.Next(4) switch
        {
            0 => $"One {hero}, one {other} and {thing}",
            1 => $"What the {hero} never told the {other} about {thing}",
            2 => $"\"It was only {thing}\": how the {hero} met the {other}",
            _ => $"Over one long night the {hero} finds {thing} and the {other} disappears",
        };
    }

    /// <summary>One or more features, comma-joined in their usual order.</summary>
    public static string SpecialFeatures(SeededRandom random)
    {
        int mask = random.Between(1, (1 << Features.Length) - 1);
        return string.Join(',', Features.Where((_, i) => (mask & (1 << i)) != 0));
    }
}
