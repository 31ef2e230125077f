namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Scores that agree but for rounding.</summary>
internal static class Near
{
    private const double Relative = 1e-5;

    /// <summary>Each score is within 1e-5 of itself, or, where it is smaller, of the root mean square of all: what is nearly 0 among others is a difference of such.</summary>
    /// <param name="expected">The scores of all rows.</param>
    /// <param name="actual">Those of ONNX Runtime.</param>
    /// <param name="count">How many of them there are, from the first; null for all.</param>
    public static void Assert(float[] expected, float[] actual, int? count = null)
    {
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.HasCount(count ?? expected.Length, actual);
        double size = Math.Sqrt(expected.Average(score => (double)score * score));
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.IsGreaterThan(0, size, "All scores are 0: nothing is compared.");
        for (int i = 0; i < actual.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            Microsoft.VisualStudio.TestTools.UnitTesting.Assert.IsLessThanOrEqualTo(Relative * Math.Max(Math.Abs(expected[i]), size), difference, $"Score {i} of {actual.Length}: {expected[i]:R}, but {actual[i]:R} by ONNX Runtime.");
        }
    }
}
