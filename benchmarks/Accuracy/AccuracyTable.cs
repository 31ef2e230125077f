using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A table to learn from.</summary>
/// <param name="Name">As <c>--only</c> and the results name it.</param>
/// <param name="Classes">Number of classes; 0 where a number is to be predicted.</param>
/// <param name="Targets">For each row the class, from 0, or the number.</param>
/// <param name="Features">For each row its features, in their own units.</param>
internal sealed record AccuracyTable(string Name, int Classes, float[] Targets, float[][] Features)
{
    /// <summary>Whether the classes are no and yes.</summary>
    public bool IsBinary { get; private init; }

    /// <summary>Whether the rows are drawn rather than measured: the means of scores leave these tables out.</summary>
    public bool IsGenerated { get; init; }

    public AccuracyTask Task => Classes == 0 ? AccuracyTask.Numbers : IsBinary ? AccuracyTask.Binary : AccuracyTask.Classes;

    /// <summary>What a score is; 1 is the best for either.</summary>
    public string Measure => Classes == 0 ? "R²" : "accuracy";

    public int Width => Features[0].Length;

    /// <summary>The whole real tables, as data/real has them.</summary>
    public static AccuracyTable[] Real => [Read("iris", 3), Read("wine", 3), Read("cancer", 2), Read("digits8x8", 10), Read("diabetes", 0)];

    /// <summary>Tables of two classes for the binary trainers; the last one is generated.</summary>
    public static AccuracyTable[] Binary => [Read("cancer", 2).AsBinary(0, 1), Read("digits8x8", 10).AsBinary(4, 9) with { Name = "digits-4-9-binary" }, AdultLike.Make(2000).AsBinary(0, 1)];

    public static AccuracyTable[] All => [.. Real, AdultLike.Make(2000), .. Binary];

    /// <summary>The rows of two classes, as a binary table; the name gets "-binary" behind it.</summary>
    /// <param name="no">The class that becomes 0.</param>
    /// <param name="yes">The class that becomes 1.</param>
    public AccuracyTable AsBinary(int no, int yes)
    {
        int[] rows = [.. Enumerable.Range(0, Targets.Length).Where(row => Targets[row] == no || Targets[row] == yes)];
        return this with
        {
            Name = Name + "-binary", Classes = 2, IsBinary = true, Targets = [.. rows.Select(row => Targets[row] == yes ? 1f : 0f)], Features = [.. rows.Select(row => Features[row])],
        };
    }

    /// <summary>Reads a file of data/real: no header, the target first.</summary>
    public static AccuracyTable Read(string name, int classes)
    {
        float[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "real", name + ".csv"))
            .Select(line => line.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        return new(name, classes, [.. rows.Select(row => row[0])], [.. rows.Select(row => row[1..])]);
    }
}
