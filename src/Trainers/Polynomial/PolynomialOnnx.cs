using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A polynomial in ONNX, in double as here: Chebyshev polynomials of all features, products of them level by level, and their weighted sum.</summary>
internal static class PolynomialOnnx
{
    private const string Name = "polynomial";

    /// <param name="graph">The graph.</param>
    /// <param name="basis">The terms and the features' ranges.</param>
    /// <param name="weights">The coefficient of each term.</param>
    /// <param name="features">The features.</param>
    public static string Add(IOnnxGraph graph, PolynomialBasis basis, ReadOnlySpan<double> weights, string features)
    {
        int width = basis.Terms.Features;
        string rows = Node("Reshape", [features, graph.AddConstant($"{Name}.shape", [-1, width])]);
        string polynomials = Concat(Chebyshev(Node("Cast", [rows], new OnnxAttribute("to", (int)OnnxElementType.Double))));
        var levels = Levels(basis.Terms);
        var products = new List<string>();
        var places = new int[basis.Terms.Count];
        foreach (int[] level in levels)
        {
            string last = Gather(polynomials, level, i => ((basis.Terms.Powers[i] - 1) * width) + basis.Terms.Lasts[i]);
            products.Add(products.Count == 0 ? last : Node("Mul", [Gather(products[^1], level, i => places[basis.Terms.Prefixes[i]]), last]));
            for (int i = 0; i < level.Length; i++)
            {
                places[level[i]] = i;
            }
        }

        // A feature that never changed has no part in a polynomial; in the graph its terms are not 0, so that their weights are.
        double[] ordered = [.. Weights(weights.ToArray())];
        string sum = ordered.Length == 0
            ? Node("MatMul", [polynomials, graph.AddConstant($"{Name}.weights", new double[width * basis.Terms.LargestPower], width * basis.Terms.LargestPower, 1)])
            : Node("MatMul", [Concat(products), graph.AddConstant($"{Name}.weights", ordered, ordered.Length, 1)]);
        return Node("Cast", [Node("Add", [sum, graph.AddConstant($"{Name}.constant", [weights[0]], 1)])], new OnnxAttribute("to", (int)OnnxElementType.Single));

        IEnumerable<double> Weights(double[] all) =>
            levels.SelectMany(level => level).Select(i => basis.Terms.PowersOf(i).Any(factor => basis.HalfWidths[factor.Feature] == 0) ? 0 : all[i]);

        // T₁ … of every feature; T₁ = t = (x − centre) / halfWidth, Tₖ₊₁ = 2·t·Tₖ − Tₖ₋₁.
        List<string> Chebyshev(string x)
        {
            // By ∞ where a feature never changed: 0, but a NaN stays visible.
            double[] halfWidths = [.. basis.HalfWidths.ToArray().Select(halfWidth => halfWidth == 0 ? double.PositiveInfinity : halfWidth)];
            string centred = Node("Sub", [x, graph.AddConstant($"{Name}.centres", basis.Centres.ToArray(), width)]);
            string t = Node("Div", [centred, graph.AddConstant($"{Name}.halfWidths", halfWidths, width)]);
            List<string> all = [t];
            string before = graph.AddConstant($"{Name}.one", [1.0], 1);
            string twice = basis.Terms.LargestPower < 2 ? t : Node("Mul", [t, graph.AddConstant($"{Name}.two", [2.0], 1)]);
            while (all.Count < basis.Terms.LargestPower)
            {
                string next = Node("Sub", [Node("Mul", [twice, all[^1]]), before]);
                before = all[^1];
                all.Add(next);
            }

            return all;
        }

        string Gather(string tensor, int[] terms, Func<int, int> place) =>
            Node("Gather", [tensor, graph.AddConstant($"{Name}.places", [.. terms.Select(i => (long)place(i))])], new OnnxAttribute("axis", 1));

        string Concat(IReadOnlyList<string> tensors) => tensors.Count == 1 ? tensors[0] : Node("Concat", tensors, new OnnxAttribute("axis", 1));

        string Node(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => graph.AddNode(operation, $"{Name}.{operation}", inputs, attributes);
    }

    /// <summary>The terms by their number of different features; the prefix of a term is on the level before.</summary>
    private static int[][] Levels(PolynomialTerms terms)
    {
        var levels = new int[terms.Count];
        for (int i = 1; i < levels.Length; i++)
        {
            levels[i] = levels[terms.Prefixes[i]] + 1;
        }

        return [.. Enumerable.Range(1, terms.Count - 1).GroupBy(i => levels[i]).OrderBy(level => level.Key).Select(level => level.ToArray())];
    }
}
