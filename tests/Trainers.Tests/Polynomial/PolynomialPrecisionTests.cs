using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What is printed is right: the text, LaTeX, C# and C themselves are evaluated over the whole training range, where powers of the features would cancel.</summary>
[TestClass]
public sealed class PolynomialPrecisionTests
{
    private const double Turn = 2 * Math.PI;

    /// <summary>Ranges, degrees and functions; some that powers of the features tell to no digit at all.</summary>
    private static readonly Dictionary<string, Func<PolynomialModelParameters>> Cases = new()
    {
        ["years, degree 1"] = () => Fit(1, Years(), Wave),
        ["years, degree 2"] = () => Fit(2, Years(), Wave),
        ["years, degree 3"] = () => Fit(3, Years(), Wave),
        ["years, degree 5"] = () => Fit(5, Years(), Wave),
        ["years, degree 9"] = () => Fit(9, Years(), Wave),
        ["years, degree 20"] = () => Fit(20, Years(), x => Math.Sin(Turn * (x[0] - 1990) / 10)),
        ["around 0, degree 40"] = () => Fit(40, Box((-1, 1)), x => Math.Cos(40 * x[0])),
        ["around 0, degree 12"] = () => Fit(12, Box((-8, 8)), x => Math.Sin(x[0])),
        ["a label far from 0"] = () => Fit(3, Box((-1, 1)), x => 1e6 + Math.Sin(3 * x[0])),
        ["a label of 1e30"] = () => Fit(3, Years(), x => 1e30 * Wave(x)),
        ["a tiny range at a great distance"] = () => Fit(3, Box((1e6, 1e6 + 2)), x => Math.Sin(3 * (x[0] - 1e6))),
        ["negative, tiny"] = () => Fit(4, Box((-3e-30, -2.9e-30)), x => Math.Sin(1e32 * (x[0] + 2.95e-30))),
        ["huge"] = () => Fit(4, Box((1e30, 1.1e30)), x => Math.Sin(6e-29 * (x[0] - 1e30))),
        ["three features of very different ranges"] = () => Fit(3, Box((1990, 2020), (-1e-3, 1e-3), (250_000, 260_000)), x => Wave([x[0]]) + (1e6 * x[1] * x[1]) + (x[2] / 1e4)),
        ["two that go together"] = () => Fit(2, Box((1990, 2020), (0, 0.2)).Select(x => new[] { x[0], x[0] + x[1] }), x => 10 * (x[1] - x[0])),
        ["sixteen features far from 0"] = () => Fit(2, Box([.. Enumerable.Range(1, 16).Select(i => (1000.0 * i, (1000.0 * i) + i))]), x => (x[0] - 1000) * (x[5] - 6003)),
        ["without intercept"] = () => Fit(6, Years(), Wave, o => o.FitIntercept = false),
        ["by gradient descent"] = () => Fit(4, Years(), Wave, o => (o.Solver, o.NumberOfEpochs) = (PolynomialSolver.GradientDescent, 20)),
        ["interactions only"] = () => Fit(3, Box((1990, 2020), (500, 501), (-7, 7)), x => (x[0] - 2000) * (x[1] - 500) * x[2], o => o.InteractionOnly = true),
        ["a constant"] = () => Fit(3, Years(), _ => 1234567),
        ["too few rows"] = () => Fit(7, Box((100, 101), (200, 203)).Take(9), x => x[0] - x[1]),
    };

    public static IEnumerable<object[]> Names => Cases.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void WhatIsPrintedGivesTheScores(string name)
    {
        var model = Cases[name]();
        double range = model.Range.HighestScore - model.Range.LowestScore;
        double single = 1.2e-7 * Math.Max(Math.Abs(model.Range.HighestScore), Math.Abs(model.Range.LowestScore));
        string text = model.ToString();
        string latex = model.ToLatex();
        string[] codes = [model.ToCSharp(), model.ToC(), model.ToCSharp(scaledInputs: true), model.ToC(scaledInputs: true)];
        foreach (double[] x in Inside(model.Range))
        {
            double score = model.Evaluate(x);
            var features = Enumerable.Range(0, x.Length).ToDictionary(j => $"x{j + 1}", j => x[j]);
            Assert.AreEqual(score, Expression.OfFormula(text, features), Math.Max(1e-4 * range, single), text);
            Assert.AreEqual(score, Expression.OfLatex(latex, features), Math.Max(1e-4 * range, single), latex);
            foreach (string code in codes)
            {
                Assert.AreEqual(score, Expression.Run(code, x), single, code);
            }
        }
    }

    [TestMethod]
    public void CompiledCGivesTheScores()
    {
        string compiler = new[] { "/usr/bin/cc", "/usr/bin/gcc" }.FirstOrDefault(File.Exists) ?? "";
        if (compiler.Length == 0)
        {
            Assert.Inconclusive("This machine has no C compiler.");
        }

        PolynomialModelParameters[] models = [.. Cases.Values.Select(make => make())];
        var source = new System.Text.StringBuilder("#include <stdio.h>\n");
        var main = new System.Text.StringBuilder("int main(void)\n{\n");
        var expected = new List<(double Score, double Tolerance, string Code)>();
        for (int i = 0; i < models.Length; i++)
        {
            string code = models[i].ToC().Replace("double predict(", $"double predict{i}(");
            source.Append(code);
            double single = 1.2e-7 * Math.Max(Math.Abs(models[i].Range.HighestScore), Math.Abs(models[i].Range.LowestScore));
            foreach (double[] x in Inside(models[i].Range).Take(20))
            {
                main.Append(CultureInfo.InvariantCulture, $"    printf(\"%.17g\\n\", predict{i}({string.Join(", ", x.Select(v => v.ToString("E16", CultureInfo.InvariantCulture)))}));\n");
                expected.Add((models[i].Evaluate(x), single, code));
            }
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["all.c"], source.Append(main).Append("    return 0;\n}\n").ToString());
        ChildProcess.Run(Start(compiler, "-O0", "-Wall", "-Werror", "-o", folder["all"], folder["all.c"]));
        string[] lines = ChildProcess.Run(Start(folder["all"]));
        Assert.HasCount(expected.Count, lines);
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.AreEqual(expected[i].Score, double.Parse(lines[i], CultureInfo.InvariantCulture), expected[i].Tolerance, expected[i].Code);
        }

        static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    [TestMethod]
    [DataRow("years, degree 3", "where t1 = (x1 - 2005) / 15")]
    [DataRow("years, degree 20", "where t1 = (x1 - 2005) / 15")]
    [DataRow("around 0, degree 40", "·T40(t1), where t1 = (x1")]
    [DataRow("a tiny range at a great distance", "where t1 = x1 - 1000001")]
    [DataRow("a label far from 0", "y = 1e+6 + 2.62")]
    [DataRow("huge", "where t1 = (x1 - 1.05e+30) / 5e+28")]
    [DataRow("negative, tiny", "where t1 = (x1 + 2.95e-30) / 5e-32")]
    [DataRow("a constant", "y = 1234567")]
    public void ScaledFormsAreEasyToRead(string name, string part)
    {
        string text = Cases[name]().ToString();
        Assert.Contains(part, text);
    }

    [TestMethod]
    public void EasyCasesKeepThePowersOfTheFeatures()
    {
        Assert.AreEqual("y = 0.5 + 2·x1", Fit(3, Box((-1, 1)), x => 0.5 + (2 * x[0])).ToString());
        Assert.AreEqual("y = -3980 + 2·x1", Fit(3, Years(), x => 2 * (x[0] - 1990)).ToString());
        Assert.AreEqual("y = 3 + x1·x2 - 0.25·x2^2", Fit(2, Box((10, 20), (-5, 0)), x => 3 + (x[0] * x[1]) - (0.25 * x[1] * x[1])).ToString());
        Assert.DoesNotContain("double t1 =", Fit(2, Years(), Wave).ToCSharp());
    }

    [TestMethod]
    public void AModelThatGoesOnIsRightForAllRowsThatItSaw()
    {
        var context = new MLContext(seed: 1);
        var start = PolynomialCase.Fit(context, PolynomialCase.Rows(Box((1990, 2000)), Wave), 3).Model;
        var options = new PolynomialTrainer.Options { Degree = 3, Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 20, LearningRate = 1e-3 };
        var model = new PolynomialTrainer(context, options).Fit(PolynomialCase.Load(context, PolynomialCase.Rows(Box((2000, 2010)), Wave)), start).Model;
        Assert.AreEqual(1990, model.Range.Lowest[0], 0.5);
        Assert.AreEqual(2010, model.Range.Highest[0], 0.5);
        double tolerance = 1e-4 * (model.Range.HighestScore - model.Range.LowestScore);
        string text = model.ToString();
        foreach (double[] x in Inside(model.Range))
        {
            Assert.AreEqual(model.Evaluate(x), Expression.OfFormula(text, new Dictionary<string, double> { ["x1"] = x[0] }), tolerance, text);
        }
    }

    [TestMethod]
    public void ALoadedModelPrintsTheSame()
    {
        var context = new MLContext(seed: 1);
        var data = PolynomialCase.Load(context, PolynomialCase.Rows(Years(), Wave));
        var model = new PolynomialTrainer(context, degree: 9).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        var polynomial = loaded as PolynomialTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<PolynomialTransformer>().Single();
        Assert.AreEqual(model.Model.ToString(), polynomial.Model.ToString());
        Assert.AreEqual(model.Model.ToC(), polynomial.Model.ToC());
    }

    private static double Wave(double[] x) => 5 + (2 * Math.Sin(6 * (x[0] - 1990) / 30));

    private static IEnumerable<double[]> Years() => Box((1990, 2020));

    private static IEnumerable<double[]> Box(params (double Low, double High)[] sides)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 400).Select(_ => Array.ConvertAll(sides, side => side.Low + ((side.High - side.Low) * random.NextDouble())))];
    }

    private static PolynomialModelParameters Fit(int degree, IEnumerable<double[]> points, Func<double[], double> function, Action<PolynomialTrainer.Options>? change = null) =>
        PolynomialCase.Fit(new MLContext(seed: 1), PolynomialCase.Rows(points, function), degree, change).Model;

    /// <summary>Points of the training range: two opposite corners, points along their line, others at random.</summary>
    private static IEnumerable<double[]> Inside(TrainingRange range)
    {
        double[] At(Func<int, double> share) => [.. range.Lowest.Select((low, j) => (double)(float)(low + (share(j) * (range.Highest[j] - low))))];
        var random = new Random(2);
        for (int i = 0; i <= 16; i++)
        {
            yield return At(_ => i / 16.0);
            yield return At(_ => random.NextDouble());
            yield return At(_ => random.Next(2));
        }
    }
}
