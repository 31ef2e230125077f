using BigGustave;

namespace MLNet.GradientTrainers.Pipelines.Tests.Images;

/// <summary>The name of a picture's file and what it shows.</summary>
internal sealed class Sign
{
    public string File { get; set; } = "";

    public string Shape { get; set; } = "";
}

/// <summary>PNG files of 24 × 20 pixels in colour: a disc, a bar or a cross of some place and colour on a dark, noisy ground.</summary>
internal static class SignFolder
{
    public const int Width = 24;
    public const int Height = 20;
    public static readonly string[] Shapes = ["bar", "cross", "disc"];

    /// <summary>Writes the pictures.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same pictures.</param>
    public static IReadOnlyList<Sign> Write(string folder, int count, int seed)
    {
        var random = new Random(seed);
        List<Sign> signs = [];
        for (int i = 0; i < count; i++)
        {
            string shape = Shapes[i % Shapes.Length];
            string name = $"{seed}-{i}-{shape}.png";
            using var file = File.Create(Path.Combine(folder, name));
            Draw(shape, random).Save(file);
            signs.Add(new Sign { File = name, Shape = shape });
        }

        return signs;
    }

    private static PngBuilder Draw(string shape, Random random)
    {
        var picture = PngBuilder.Create(Width, Height, hasAlphaChannel: false);
        int centreX = random.Next(8, Width - 8);
        int centreY = random.Next(7, Height - 7);
        byte[] colour = [(byte)random.Next(120, 256), (byte)random.Next(120, 256), (byte)random.Next(120, 256)];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                if (Covers(shape, x - centreX, y - centreY))
                {
                    picture.SetPixel(colour[0], colour[1], colour[2], x, y);
                }
                else
                {
                    picture.SetPixel((byte)random.Next(40), (byte)random.Next(40), (byte)random.Next(40), x, y);
                }
            }
        }

        return picture;
    }

    private static bool Covers(string shape, int x, int y) => shape switch
    {
        "bar" => Math.Abs(y) <= 1 && Math.Abs(x) <= 7,
        "cross" => Math.Max(Math.Abs(x), Math.Abs(y)) <= 6 && Math.Min(Math.Abs(x), Math.Abs(y)) <= 1,
        _ => (x * x) + (y * y) <= 30,
    };
}
