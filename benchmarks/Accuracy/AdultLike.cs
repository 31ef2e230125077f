namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// Mixed columns such as a census has (UCI's "Adult" is the pattern): numbers of very different sizes, one of them mostly 0 and otherwise large, and categories as one-hot columns,
/// some of them rare. The class, about a quarter of 1, depends on sums, on a curve of the age and on a pair of columns, and is drawn, so that no model is right always.
/// </summary>
internal static class AdultLike
{
    public const string Name = "adult-like";

    /// <summary>Categories of each column: kind of work, family, occupation, region.</summary>
    private static readonly int[] s_categories = [7, 5, 12, 8];

    public static AccuracyTable Make(int rows, int seed = 1)
    {
        var random = new Random(seed);

        // What a category adds to the log-odds.
        double[][] effects = [.. s_categories.Select(count => Enumerable.Range(0, count).Select(_ => 0.7 * Normal(random)).ToArray())];
        float[][] features = new float[rows][];
        float[] targets = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            (features[i], double logOdds) = Row(random, effects);
            targets[i] = random.NextDouble() < 1 / (1 + Math.Exp(-logOdds)) ? 1 : 0;
        }

        return new(Name, 2, targets, features) { IsGenerated = true };
    }

    private static (float[] Features, double LogOdds) Row(Random random, double[][] effects)
    {
        double age = Math.Floor(17 + (63 * Math.Pow(random.NextDouble(), 1.5)));
        double education = Math.Clamp(Math.Round(10 + (2.5 * Normal(random))), 1, 16);
        double hours = Math.Clamp(Math.Round(40 + (11 * Normal(random))), 1, 99);
        double gain = random.NextDouble() < 0.08 ? Math.Round(Math.Exp(8 + Normal(random))) : 0;
        double weight = Math.Round(Math.Exp(12 + (0.5 * Normal(random)))); // Tells nothing.
        var features = new List<float> { (float)age, (float)education, (float)hours, (float)gain, (float)weight };

        // The first category of the family column is "married": an hour more counts for these.
        double logOdds = -2.1 - (0.0025 * (age - 48) * (age - 48)) + (0.35 * (education - 10)) + (0.02 * (hours - 40)) + (gain > 5000 ? 2.5 : 0);
        for (int column = 0; column < s_categories.Length; column++)
        {
            // The square makes the last categories rare.
            double draw = random.NextDouble();
            int category = (int)(s_categories[column] * draw * draw);
            logOdds += effects[column][category] + (column == 1 && category == 0 ? 1 + (0.04 * (hours - 40)) : 0);
            features.AddRange(Enumerable.Range(0, s_categories[column]).Select(k => k == category ? 1f : 0f));
        }

        return ([.. features], logOdds);
    }

    /// <summary>A draw from the standard normal distribution (Box and Muller).</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
