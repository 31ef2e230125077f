namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>What the pages of sweeps take as given: a context, and points of three classes that are told apart by one feature.</summary>
internal static class PointRows
{
    /// <param name="type">Name of the row's type, one for each page of a program.</param>
    /// <param name="more">What else is given.</param>
    public static string Given(string type, string more = "") => $$"""
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using MLNet.GradientTrainers.Kernels;
        var mlContext = new MLContext(1);
        IDataView Points(int seed)
        {
            var random = new Random(seed);
            return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 90).Select(i => new {{type}}
            {
                Label = (uint)(i % 3),
                Kind = $"kind {i % 3}",
                Features = [(i % 3) + (0.8f * random.NextSingle()), random.NextSingle()],
            }).ToArray());
        }
        var (train, validation) = (Points(1), Points(2));
        {{more}}
        internal sealed class {{type}}
        {
            [KeyType(3)]
            public uint Label { get; set; }
            public string Kind { get; set; } = "";
            [VectorType(2)]
            public float[] Features { get; set; } = [];
        }
        """;
}
