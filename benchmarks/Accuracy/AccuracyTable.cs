using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A table to learn from.</summary>
/// <param name="Name">As <c>--only</c> and the results name it.</param>
/// <param name="Classes">Number of classes; 0 where a number is to be predicted.</param>
/// <param name="Targets">For each row the class, from 0, or the number.</param>
/// <param name="Features">For each row its features, in their own units.</param>
internal sealed record AccuracyTable(string Name, int Classes, float[] Targets, float[][] Features)
{
    /// <summary>What a score is; 1 is the best for either.</summary>
    public string Measure => Classes == 0 ? "R²" : "accuracy";

    public int Width => Features[0].Length;

    /// <summary>The real tables, whose scores' mean is told, then the generated one.</summary>
    public static AccuracyTable[] All => [Read("iris", 3), Read("wine", 3), Read("cancer", 2), Read("digits8x8", 10), Read("diabetes", 0), AdultLike.Make(2000)];

    /// <summary>Reads a file of data/real: no header, the target first.</summary>
    public static AccuracyTable Read(string name, int classes)
    {
        float[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "real", name + ".csv"))
            .Select(line => line.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        return new(name, classes, [.. rows.Select(row => row[0])], [.. rows.Select(row => row[1..])]);
    }
}
