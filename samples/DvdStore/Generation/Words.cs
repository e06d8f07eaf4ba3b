namespace DvdStore.Generation;

/// <summary>Word lists that names and texts are combined from; commas, quotes and non-ASCII letters are there on purpose.</summary>
internal static class Words
{
    public static readonly string[] FirstNames =
    [
        "Åse", "Abel", "Adela", "Ansel", "Beata", "Bram", "Carys", "Cosmo", "Dagny", "Dario", "Edda", "Elif", "Emre", "Fenna",
        "Florin", "Gilda", "Goran", "Hanae", "Hugo", "Ilse", "Imran", "Jolan", "José", "Kaito", "Kirsa", "Lennox", "Livia",
        "Łucja", "Marek", "Mirja", "Nadim", "Noor", "Odile", "Orson", "Petra", "Quentin", "Rasmus", "Robert \"Bo\"", "Rosa",
        "Søren", "Selma", "Tamsin", "Teodor", "Ulla", "Viggo", "Wanda", "Xenia", "Yusuf", "Zoë", "花子",
    ];

    public static readonly string[] LastNames =
    [
        "Aldersey", "Ambrose", "Bakker", "Barrow", "Bellweather", "Birk", "Castellan", "Chandra", "Çelik", "Dahl", "Devereux",
        "Eastlake", "Egede", "Fairhurst", "Falk", "Grimshaw", "Haverly", "Holm", "Ibarra", "Ingram", "Jansson", "Kestrel",
        "Kowal", "Lindqvist", "Lockhart", "Marsh, Jr.", "Mistry", "Müller", "Nakano", "Norwood", "O'Neill", "Ødegård", "Okafor",
        "Paget", "Quist", "Ravn", "Rosewood", "Sandoval", "Silva", "Thackeray", "Tremblay", "Ulrich", "Vance", "Verhoeven",
        "Whitlock", "Winterbourne", "Yilmaz", "Żak", "Zeller", "山田",
    ];

    // 40 adjectives: 40 + 1 and the 45 nouns have no common divisor, which keeps film titles distinct (see FilmTexts).
    public static readonly string[] TitleAdjectives =
    [
        "Amber", "Ancient", "Bitter", "Borrowed", "Brazen", "Broken", "Crimson", "Distant", "Drowned", "Electric", "Endless",
        "Fearless", "Feral", "Forgotten", "Frozen", "Gilded", "Hidden", "Hollow", "Hungry", "Idle", "Iron", "Lonely", "Lunar",
        "Midnight", "Nimble", "Northern", "Paper", "Patient", "Quiet", "Reckless", "Rusty", "Secret", "Silver", "Sleepless",
        "Stolen", "Tender", "Thirsty", "Velvet", "Wandering", "Wicked",
    ];

    public static readonly string[] TitleNouns =
    [
        "Anchor", "Archive", "Bakery", "Ballroom", "Beacon", "Bridge", "Café", "Carousel", "Cathedral", "Clockmaker", "Compass",
        "Corridor", "Detour", "Dragonfly", "Embassy", "Envelope", "Façade", "Ferry", "Fjord", "Garden", "Glacier", "Harbour",
        "Heirloom", "Horizon", "Island", "Juggler", "Kingdom", "Lantern", "Lighthouse", "Mirage", "Museum", "Orchard", "Parade",
        "Passenger", "Pianist", "Quarry", "Railway", "Reunion", "Smørrebrød", "Staircase", "Telegram", "Tournament", "Umbrella",
        "Voyage", "Waltz",
    ];

    public static readonly string[] People =
    [
        "beekeeper", "cartographer", "census taker", "dentist", "ferryman", "florist", "goalkeeper", "judge", "locksmith",
        "night porter", "piano tuner", "retired spy", "schoolteacher", "ship's cook", "tailor", "weather forecaster",
    ];

    public static readonly string[] Things =
    [
        "a locked suitcase", "a lost letter", "a map without names", "a missing painting", "a second passport", "a silent radio",
        "an old debt", "an unpaid bill", "the last recipe", "the wrong coffin", "a stray dog", "a winning ticket",
    ];

    public static readonly string[] Streets =
    [
        "Acorn Street", "Barley Row", "Bell Lane", "Birch Avenue", "Canal Street", "Chapel Hill", "Dock Road", "Elm Walk",
        "Ferry Road", "Granary Lane", "Hazel Close", "Jernbanegade", "Kiln Street", "Lime Avenue", "Market Square", "Mill Road",
        "Orchard Way", "Østergade", "Quarry Lane", "Rue de l'Église", "Saddler Street", "Tannery Lane", "ulica Żurawia", "Well Street",
    ];

    public static readonly string[] Districts =
    [
        "Central", "Eastern Shore", "Fyn", "Highlands", "Lakeside", "Lowlands", "Mazowsze", "North Coast", "Oakshire", "Southern Vale",
        "Upper Valley", "West Riding",
    ];

    public static readonly string[] SecondAddressLines = ["Flat 4, 2nd floor", "c/o \"The Mill\"", "Building C", "3. sal, t.v."];

    public static readonly string[] Animals =
    [
        "badger", "bittern", "curlew", "dormouse", "falcon", "gecko", "heron", "ibex", "lynx", "marten", "newt", "osprey", "otter",
        "puffin", "stoat", "tapir", "viper", "wombat",
    ];

    public static readonly string[] CityOpenings = ["Ash", "Brook", "Clay", "Dun", "Elder", "Fair", "Glen", "Hart", "Kings", "Lang"];

    public static readonly string[] CityEndings = ["bury", "combe", "dale", "ford", "haven", "minster", "wick"];
}
