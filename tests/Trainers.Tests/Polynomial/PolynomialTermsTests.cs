namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class PolynomialTermsTests
{
    [TestMethod]
    [DataRow(1, 1, false, 2)]
    [DataRow(1, 8, false, 9)]
    [DataRow(3, 8, false, 165)]
    [DataRow(5, 3, false, 56)]
    [DataRow(5, 3, true, 26)]
    [DataRow(3, 7, true, 8)]
    [DataRow(1999, 1, false, 2000)]
    public void AllTermsComeOnceInAscendingDegree(int features, int degree, bool interactionOnly, int count)
    {
        var terms = new PolynomialTerms(features, degree, interactionOnly);
        Assert.AreEqual(count, terms.Count);
        var seen = new HashSet<string>();
        int before = 0;
        for (int i = 0; i < terms.Count; i++)
        {
            int[] factors = terms.FactorsOf(i);
            Assert.IsTrue(seen.Add(string.Join(' ', factors)));
            Assert.IsTrue(factors.SequenceEqual(factors.Order()));
            Assert.IsTrue(factors.Length >= before && factors.Length <= degree);
            Assert.IsFalse(interactionOnly && factors.Distinct().Count() < factors.Length);
            Assert.AreEqual(i, terms.IndexOf(factors));
            before = factors.Length;
        }
    }

    [TestMethod]
    public void TheBasisIsMadeOfChebyshevPolynomialsOfScaledFeatures()
    {
        var terms = new PolynomialTerms(2, 3, interactionOnly: false);
        var basis = new PolynomialBasis(terms, [10, -1], [2, 0.5]);
        var values = new double[terms.Count];
        basis.Evaluate([11, -1.25], new double[basis.ScratchSize], values);
        double t = 0.5;
        double u = -0.5;
        double t2 = Math.Cos(2 * Math.Acos(t));
        double u2 = Math.Cos(2 * Math.Acos(u));
        double[] expected = [1, t, u, t2, t * u, u2, Math.Cos(3 * Math.Acos(t)), t2 * u, t * u2, Math.Cos(3 * Math.Acos(u))];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], values[i], 1e-14, $"term {i}");
        }
    }

    [TestMethod]
    public void PowersHaveTheValueOfTheBasis()
    {
        var random = new Random(1);
        foreach (bool interactionOnly in new[] { false, true })
        {
            var terms = new PolynomialTerms(3, 5, interactionOnly);
            var basis = new PolynomialBasis(terms, [0.5, -0.25, 3], [1, 2, 0]);
            double[] weights = [.. Enumerable.Range(0, terms.Count).Select(i => terms.FactorsOf(i).Contains(2) ? 0 : random.NextDouble() - 0.5)];
            double[] powers = basis.ToPowers(weights);
            double[] scaled = basis.ToPowers(weights, [0.5, -0.25, 0], [1, 2, 1]);
            var values = new double[terms.Count];
            for (int k = 0; k < 20; k++)
            {
                double[] x = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
                double[] t = [x[0] - 0.5, (x[1] + 0.25) / 2, 0];
                basis.Evaluate(x, new double[basis.ScratchSize], values);
                double expected = values.Zip(weights, (v, w) => v * w).Sum();
                Assert.AreEqual(expected, Value(terms, powers, x), 1e-12);
                Assert.AreEqual(expected, Value(terms, scaled, t), 1e-12);
            }
        }
    }

    /// <summary>Squares and cubes that stand for themselves, as penalties need them, become Chebyshev polynomials; those of higher powers stay.</summary>
    [TestMethod]
    public void ABasisOfPowersIsTurnedIntoChebyshevPolynomials()
    {
        var random = new Random(1);
        var terms = new PolynomialTerms(2, 5, interactionOnly: false);
        var powers = new PolynomialBasis(terms, [0.5, -0.25], [1, 2], powers: true);
        var chebyshev = new PolynomialBasis(terms, [0.5, -0.25], [1, 2]);
        double[] weights = [.. Enumerable.Range(0, terms.Count).Select(_ => random.NextDouble() - 0.5)];
        for (int k = 0; k < 20; k++)
        {
            double[] x = [random.NextDouble(), random.NextDouble()];
            Assert.AreEqual(powers.Polynomial(weights)(x), chebyshev.Polynomial(powers.ToChebyshev(weights))(x), 1e-12);
        }

        var values = new double[terms.Count];
        powers.Evaluate([1, 0.25], new double[powers.ScratchSize], values);
        double t = 0.5;
        double u = 0.25;
        Assert.AreEqual(t * t * t * u * u, values[terms.IndexOf([0, 0, 0, 1, 1])], 1e-14);
        Assert.AreEqual(Math.Cos(5 * Math.Acos(t)), values[terms.IndexOf([0, 0, 0, 0, 0])], 1e-14);
    }

    private static double Value(PolynomialTerms terms, double[] coefficients, double[] x) =>
        coefficients.Select((c, i) => c * terms.FactorsOf(i).Aggregate(1.0, (product, feature) => product * x[feature])).Sum();
}
