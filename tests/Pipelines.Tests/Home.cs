namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>A row as it comes from a business: a category, numbers with gaps, a sentence, and what is to be predicted.</summary>
internal sealed class Home
{
    public string District { get; set; } = "";

    /// <summary>NaN where it is not known.</summary>
    public float Area { get; set; }

    public float Rooms { get; set; }

    public string Note { get; set; } = "";

    /// <summary>The number to predict.</summary>
    public float Price { get; set; }

    /// <summary>The class to predict.</summary>
    public string Kind { get; set; } = "";

    public static readonly string[] Districts = ["Harbour", "Hill", "Old Town", "Station"];
    public static readonly string[] Kinds = ["flat", "house", "villa"];

    private static readonly string[] Words = ["bright", "quiet", "near", "the", "park", "renovated", "sunny", "with", "view", "large"];
    private static readonly string[] Telling = ["lift", "garden", "pool"];

    /// <summary>
    /// The price depends on the district, the area and a word of the note; the kind on that word alone. One area of twenty is not known.
    /// </summary>
    public static IReadOnlyList<Home> List(int count = 300, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Make(i, random))];
    }

    private static Home Make(int i, Random random)
    {
        int kind = random.Next(Kinds.Length);
        int district = random.Next(Districts.Length);
        float area = 40 + (80 * random.NextSingle());
        string[] note = [.. Enumerable.Range(0, 4).Select(_ => Words[random.Next(Words.Length)]), Telling[kind]];
        random.Shuffle(note);
        return new Home
        {
            District = Districts[district],
            Area = i % 20 == 7 ? float.NaN : area,
            Rooms = 1 + random.Next(5),
            Note = string.Join(' ', note),
            Price = (3 * area) + (60 * district) + (90 * kind),
            Kind = Kinds[kind],
        };
    }
}
