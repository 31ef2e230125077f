using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Penalty and degree that the trainer chooses, against fits that leave out each row in turn.</summary>
[TestClass]
public sealed class PolynomialRidgeTests
{
    /// <summary>Fits as those of the trainer, by normal equations with MathNet; each row's error under the fit to the others.</summary>
    [TestMethod]
    [DataRow(30, true, DisplayName = "more rows than terms")]
    [DataRow(12, true, DisplayName = "fewer rows than terms")]
    [DataRow(30, false, DisplayName = "no intercept")]
    public void TheErrorOfRowsLeftOutIsThatOfSoManyFits(int count, bool intercept)
    {
        var context = new MLContext(seed: 1);
        var random = new Random(count);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(count, 4, 1, 3, seed: 5), x => (x[0] * x[1]) + x[2] + random.NextDouble());
        rows.ForEach(row => row.Weight = 0.5f + random.NextSingle());
        foreach (double strength in new[] { 1e-3, 0.1 })
        {
            var model = PolynomialCase.Fit(context, rows, 2, o => (o.Ridge, o.ExampleWeightColumnName, o.FitIntercept) = (strength, "Weight", intercept)).Model;
            Assert.AreEqual(strength, model.Ridge);
            var (z, penalties) = Columns(rows, intercept);
            double squares = 0;
            for (int i = 0; i < count; i++)
            {
                squares += rows[i].Weight * Math.Pow(rows[i].Label - Predict(z, penalties, rows, strength, intercept, left: i), 2);
            }

            double expected = Math.Sqrt(squares / rows.Sum(row => row.Weight));
            Assert.AreEqual(expected, model.LeaveOneOutRmse, 1e-6 * expected, $"strength {strength}");

            // And the fit to all rows is that of the documented objective.
            Assert.AreEqual(Predict(z, penalties, rows, strength, intercept, left: null), model.Evaluate(Array.ConvertAll(rows[0].Features, v => (double)v)), 1e-6);
        }
    }

    /// <summary>
    /// Evidence by the determinant of the labels' covariance, errors of rows left out by so many fits, the mean by its parts.
    /// </summary>
    [TestMethod]
    [DataRow(24, true, DisplayName = "more rows than terms")]
    [DataRow(10, true, DisplayName = "fewer rows than terms")]
    [DataRow(24, false, DisplayName = "no intercept")]
    public void TheMeanOfPenaltiesIsThatOfSoManyFits(int count, bool intercept)
    {
        var random = new Random(count);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(count, 4, 1, 3, seed: 5), x => (x[0] * x[1]) + x[2] + random.NextDouble());
        rows.ForEach(row => row.Weight = 0.5f + random.NextSingle());
        var parts = new List<(double Logarithm, double Score, double[] Errors)>();
        foreach (double growth in PolynomialPenalty.Growths)
        {
            var (columns, penalties) = Columns(rows, intercept, growth);
            foreach (double strength in PolynomialChoice.Strengths.Where(strength => strength is > 1e-6 and < 1e3))
            {
                double[] errors = [.. rows.Select((row, i) => row.Label - Predict(columns, penalties, rows, strength, intercept, left: i))];
                double square = rows.Select((row, i) => row.Weight * errors[i] * errors[i]).Sum();
                double logarithm = Evidence(columns, penalties, rows, strength, intercept) - (count / 2.0 * Math.Log(square)) + Math.Log(Math.Sqrt(strength) / (1 + strength));
                parts.Add((logarithm, Predict(columns, penalties, rows, strength, intercept, left: null), errors));
            }
        }

        double largest = parts.Max(part => part.Logarithm);
        double[] shares = [.. parts.Select(part => Math.Exp(part.Logarithm - largest))];
        double[] mean = [.. rows.Select((_, i) => parts.Select((part, k) => shares[k] * part.Errors[i]).Sum() / shares.Sum())];
        double expected = parts.Select((part, k) => shares[k] * part.Score).Sum() / shares.Sum();

        var model = PolynomialCase.Fit(new MLContext(seed: 1), rows, 2, o => (o.Ridge, o.ExampleWeightColumnName, o.FitIntercept) = (null, "Weight", intercept)).Model;
        Assert.AreEqual(expected, model.Evaluate(Array.ConvertAll(rows[0].Features, v => (double)v)), 1e-4);
        double rmse = Math.Sqrt(rows.Select((row, i) => row.Weight * mean[i] * mean[i]).Sum() / rows.Sum(row => row.Weight));
        Assert.AreEqual(rmse, model.LeaveOneOutRmse, 1e-3 * rmse);
    }

    /// <summary>Where all there is to learn is of the highest degree, a penalty that grows with it would do harm.</summary>
    [TestMethod]
    public void TermsOfTheHighestDegreeAloneAreLearned()
    {
        var context = new MLContext(seed: 1);
        double chosen = 0;
        double plain = 0;
        for (int seed = 1; seed <= 8; seed++)
        {
            List<PolynomialRow> Rows(int count, int first) => PolynomialCase.Rows(
                PolynomialCase.Points(count, 3, seed: first + seed), x => Math.Pow(x[0], 3) + (2 * x[0] * x[1] * x[2]) + (x[1] * x[1] * x[2]));
            var test = Rows(400, 100);
            chosen += RSquared(PolynomialCase.Fit(context, Rows(20, 0), 3, o => o.Ridge = null).Model, test) / 8;
            plain += PlainRidge(Rows(20, 0), test, 3).RSquared / 8;
        }

        Console.WriteLine($"one penalty for all terms {plain:F3}, the mean of penalties {chosen:F3}");
        Assert.IsGreaterThan(plain - 0.02, chosen);
    }

    /// <summary>The case that the penalty is for: without one R² is below 0 by far.</summary>
    [TestMethod]
    public void FewRowsOfManyTermsPredictNewRows()
    {
        var context = new MLContext(seed: 1);
        double free = 0;
        double chosen = 0;
        double plain = 0;
        for (int seed = 1; seed <= 5; seed++)
        {
            var rows = Friedman(24, seed);
            var test = Friedman(400, 100 + seed);
            free += RSquared(PolynomialCase.Fit(context, rows, 2).Model, test) / 5;
            chosen += RSquared(PolynomialCase.Fit(context, rows, 2, o => o.Ridge = null).Model, test) / 5;
            plain += PlainRidge(rows, test).RSquared / 5;
        }

        Console.WriteLine($"least squares {free:F3}, one penalty for all terms {plain:F3}, chosen {chosen:F3}");
        Assert.IsLessThan(-1, free);
        Assert.IsGreaterThan(plain, chosen);
        Assert.IsGreaterThan(0.5, chosen);
    }

    /// <summary>Of degree 1 the penalty is that of the usual ridge regression on standardised features, which chooses one strength.</summary>
    [TestMethod]
    public void DegreeOneIsAMeanOfRidgeRegressions()
    {
        var context = new MLContext(seed: 1);
        for (int seed = 1; seed <= 5; seed++)
        {
            var rows = Friedman(60, seed);
            var test = Friedman(200, 100 + seed);
            var model = PolynomialCase.Fit(context, rows, 1, o => o.Ridge = null).Model;
            var (score, error) = PlainRidge(rows, test, degree: 1);
            Assert.AreEqual(error, model.LeaveOneOutRmse, 0.01 * error);
            Assert.AreEqual(score, RSquared(model, test), 0.02);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void ExactPolynomialsComeOutExactAndOfTheirDegree(int degree)
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(60, 2, -1, 3), x => 1 + Math.Pow(x[0], degree) - (2 * x[1]));
        var model = new PolynomialTrainer(context).Fit(PolynomialCase.Load(context, rows)).Model;
        Assert.AreEqual(degree, model.Degree);
        foreach (var term in model.Coefficients)
        {
            double expected = (term.Name == "1" ? 1 : 0) + (term.Name == (degree == 1 ? "x1" : $"x1^{degree}") ? 1 : 0) - (term.Name == "x2" ? 2 : 0);
            Assert.AreEqual(expected, term.Coefficient, 1e-6, term.Name);
        }
    }

    [TestMethod]
    public void NoiseGetsTheLowestDegreeAndAWarning()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var random = new Random(3);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(60, 3), _ => random.NextDouble());
        var model = new PolynomialTrainer(context).Fit(PolynomialCase.Load(context, rows)).Model;
        Assert.AreEqual(1, model.Degree);
        Assert.HasCount(1, warnings);
        Assert.StartsWith("New rows will hardly be predicted better than by a constant", warnings[0]);
    }

    /// <summary>One feature and many rows: more than degree 3 is tried, and told.</summary>
    [TestMethod]
    public void ManyRowsMayHaveHighDegrees()
    {
        var context = new MLContext(seed: 1);
        var told = new List<string>();
        context.Log += (_, e) => told.Add(e.RawMessage);
        var random = new Random(1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(400, 1, 0, 10), x => Math.Sin(x[0]) + (0.1 * random.NextDouble()));
        var model = new PolynomialTrainer(context).Fit(PolynomialCase.Load(context, rows)).Model;
        Assert.IsGreaterThan(4, model.Degree);
        Assert.IsLessThan(0.1, model.LeaveOneOutRmse);
        Assert.HasCount(1, told.Where(text => text.StartsWith($"Chosen: Degree = {model.Degree}. The fits with 186 penalties are averaged, as where Ridge is null. Rows left out of the fit", StringComparison.Ordinal) && text.EndsWith("Degrees 1 to 8 were tried.", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(10, 442, 3)]
    [DataRow(10, 2_900, 3)]
    [DataRow(10, 5_000, 2)]
    [DataRow(10, 24, 3)]
    [DataRow(10, 100_000, 2)]
    [DataRow(1, 180, 8)]
    [DataRow(1, 179, 7)]
    [DataRow(1, 5, 3)]
    [DataRow(50, 100, 1)]
    [DataRow(1999, 100, 1)]
    public void DegreesAreTriedAsFarAsTermsAndRowsAllow(int features, int rows, int expected) => Assert.AreEqual(expected, PolynomialDegrees.HighestFor(features, rows, interactionOnly: false));

    [TestMethod]
    [DataRow(10, 200, null)]
    [DataRow(22, 200, "Degree 3 was not tried, as its 2,300 terms would take long.")]
    [DataRow(24, 200, "Degree 2 was not tried, as its 325 terms would take long; set Degree = 2 to have it.")]
    [DataRow(1, 200, null)]
    public void WhatIsNotTriedIsTold(int features, int rows, string? expected) => Assert.AreEqual(expected, PolynomialDegrees.Untried(features, rows, interactionOnly: false));

    [TestMethod]
    public void MissingInteractionsAreNotMissed() => Assert.IsNull(PolynomialDegrees.Untried(1, 100, interactionOnly: true));

    [TestMethod]
    public void InteractionsHaveNoMoreDegreesThanFeatures() => Assert.AreEqual(2, PolynomialDegrees.HighestFor(2, 10_000, interactionOnly: true));

    /// <summary>The square of a feature that is −1 or 1 as often never changes; what rounding leaves of it must not count as a term.</summary>
    [TestMethod]
    public void TheSquareOfABalancedYesOrNoIsNoTerm()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(2);
        var points = PolynomialCase.Points(20, 3).Select((x, i) => new[] { x[0], x[1], i % 2 == 0 ? 1.1 : 1.7 });
        var rows = PolynomialCase.Rows(points, x => x[0] + x[2] + (0.3 * random.NextDouble()));
        var model = PolynomialCase.Fit(context, rows, 2, o => o.Ridge = null).Model;
        Assert.IsGreaterThan(0.05, model.LeaveOneOutRmse, "the noise");
        Assert.IsTrue(model.Coefficients.All(term => Math.Abs(term.Coefficient) < 10));
    }

    [TestMethod]
    public void TermsThatOthersMakeUpForAreToldOf()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(50, 1).Select(x => new[] { x[0], x[0] }), x => 1 + (4 * x[0]));
        var model = new PolynomialTrainer(context, degree: 1).Fit(PolynomialCase.Load(context, rows)).Model;
        Assert.HasCount(1, warnings);
        Assert.StartsWith("Only 1 of 2 coefficients beside the constant are determined: some terms are made up of others", warnings[0]);
        Assert.AreEqual(2, model["x1"], 1e-6);
        Assert.AreEqual(2, model["x2"], 1e-6);
    }

    /// <summary>The log tells what was chosen in full, so that a copy is the same to the last bit.</summary>
    [TestMethod]
    [DataRow(null)]
    [DataRow(0.5)]
    public void WhatIsToldCanBeCopied(double? ridge)
    {
        var context = new MLContext(seed: 1);
        var told = Log.Infos(context);
        var warnings = Log.Warnings(context);
        var data = RegressionSet.Diabetes().Load();
        var expected = new PolynomialTrainer(context, ridge: ridge).Fit(data).Model;
        string choice = told.Single(message => message.StartsWith("Chosen: ", StringComparison.Ordinal));
        Assert.StartsWith($"Chosen: Degree = {expected.Degree}. {(ridge is null ? "The fits with" : "Rows left out")} ", choice);
        var copy = new PolynomialTrainer(context, degree: expected.Degree, ridge: ridge).Fit(data).Model;
        CollectionAssert.AreEqual(expected.Coefficients.Select(term => term.Coefficient).ToArray(), copy.Coefficients.Select(term => term.Coefficient).ToArray());
        Assert.IsEmpty(warnings, "the data's yes or no, whose square is a line in it, is no fault of the rows");
    }

    /// <summary>A line goes through the powers of two values, so that they are no terms; without intercept only where one of them is 0.</summary>
    [TestMethod]
    public void PowersOfAYesOrNoAreNoTerms()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        PolynomialModelParameters Fit(double no, double yes, bool fitIntercept) => PolynomialCase.Fit(
            context,
            PolynomialCase.Rows(PolynomialCase.Points(60, 2).Select(x => new[] { x[0], x[1] > 0 ? yes : no }), x => (fitIntercept ? 1 : 0) + (2 * x[0]) + (3 * x[1]) + (x[0] * x[1])),
            3,
            o => o.FitIntercept = fitIntercept).Model;

        foreach (var model in new[] { Fit(1, 2, fitIntercept: true), Fit(0, 2, fitIntercept: false) })
        {
            Assert.IsTrue(model.Coefficients.Where(term => term.Factors.Any(factor => factor is { Feature: 1, Power: > 1 })).All(term => term.Coefficient == 0));
            Assert.AreEqual(3, model["x2"], 1e-5);
            Assert.AreEqual(1, model["x1·x2"], 1e-5);
        }

        Assert.IsEmpty(warnings);
        Assert.AreNotEqual(0, Fit(1, 2, fitIntercept: false)["x2^2"], "through 0 no line goes through 1, 2 and their squares");
    }

    [TestMethod]
    public void RowsOfOneOrOneValueAreFitted()
    {
        var context = new MLContext(seed: 1);
        var one = new PolynomialTrainer(context).Fit(PolynomialCase.Load(context, [new PolynomialRow { Features = [3], Label = 5 }])).Model;
        Assert.AreEqual(5, one.Evaluate([3]), 1e-6);
        Assert.AreEqual(5, PolynomialCase.Fit(context, [new PolynomialRow { Features = [3], Label = 5 }], 2, o => o.Ridge = null).Model.Evaluate([3]), 1e-6);
        var same = new PolynomialTrainer(context).Fit(PolynomialCase.Load(context, PolynomialCase.Rows(PolynomialCase.Points(9, 2), _ => 42))).Model;
        Assert.AreEqual(42, same.Evaluate([0, 0]), 1e-6);
        Assert.AreEqual(1, same.Degree);
    }

    [TestMethod]
    public void WithL2OrDescentOnlyTheDegreeIsChosen()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(4);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(80, 2), x => (x[0] * x[0]) - x[1] + (0.1 * random.NextDouble()));
        var data = PolynomialCase.Load(context, rows);
        var penalized = new PolynomialTrainer(context, new PolynomialTrainer.Options { L2Regularization = 0.01 }).Fit(data).Model;
        Assert.AreEqual(2, penalized.Degree);
        Assert.AreEqual(0, penalized.Ridge);
        var given = PolynomialCase.Fit(context, rows, 2, o => o.L2Regularization = 0.01).Model;
        Assert.AreEqual(given.Evaluate([0.5, 0.5]), penalized.Evaluate([0.5, 0.5]), 1e-12);

        var options = new PolynomialTrainer.Options { Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 20, Seed = 1 };
        var descended = new PolynomialTrainer(context, options).Fit(data).Model;
        Assert.AreEqual(2, descended.Degree);
        Assert.AreEqual(1, new PolynomialTrainer(context, options).Fit(data, PolynomialCase.Fit(context, rows, 1).Model).Model.Degree, "that of the model it goes on with");
    }

    [TestMethod]
    public void OnePenaltyAtATime()
    {
        Refused(new PolynomialTrainer.Options { Ridge = -1 });
        Refused(new PolynomialTrainer.Options { Ridge = double.NaN });
        Refused(new PolynomialTrainer.Options { Ridge = 1, L2Regularization = 1 });
        Refused(new PolynomialTrainer.Options { Ridge = 1, Solver = PolynomialSolver.GradientDescent });

        static void Refused(PolynomialTrainer.Options options) =>
            Assert.AreEqual("Ridge", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PolynomialTrainer(new MLContext(), options)).ParamName);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(0.5)]
    public void AModelFileKeepsWhatWasChosen(double? ridge)
    {
        var context = new MLContext(seed: 1);
        var data = PolynomialCase.Load(context, Friedman(40, 1));
        var model = new PolynomialTrainer(context, ridge: ridge).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        var polynomial = (loaded as PolynomialTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<PolynomialTransformer>().Single()).Model;
        Assert.AreEqual(ridge ?? double.NaN, model.Model.Ridge, "a mean of many penalties has no strength");
        Assert.AreEqual(model.Model.Ridge, polynomial.Ridge);
        Assert.AreEqual(model.Model.LeaveOneOutRmse, polynomial.LeaveOneOutRmse);
    }

    [TestMethod]
    public void AFileOfBeforePenaltiesWereChosenIsRead()
    {
        var context = new MLContext(seed: 1);
        var model = PolynomialCase.Fit(context, Friedman(40, 1), 1, o => o.Ridge = null);
        byte[] Written(Action<BinaryWriter> write)
        {
            var stream = new MemoryStream();
            write(new BinaryWriter(stream));
            return stream.ToArray();
        }

        // The length, the content, which ends with strength and error, and its SHA-256.
        byte[] content = Written(writer => PolynomialReader.Write(writer, model))[8..^32];
        byte[] before = Written(writer => ModelPayload.Write(writer, inner => inner.Write(content[..^16])));
        var read = (PolynomialTransformer)new PolynomialReader().Read(context, new BinaryReader(new MemoryStream(before)), (_, _) => false);
        Assert.AreEqual(model.Model.ToString(), read.Model.ToString());
        Assert.AreEqual(0, read.Model.Ridge);
        Assert.IsTrue(double.IsNaN(read.Model.LeaveOneOutRmse));
    }

    /// <summary>J. Friedman, "Multivariate adaptive regression splines", 1991: five features of ten count.</summary>
    private static List<PolynomialRow> Friedman(int count, int seed)
    {
        var random = new Random(seed);
        return PolynomialCase.Rows(
            PolynomialCase.Points(count, 10, 0, 1, seed),
            x => (10 * Math.Sin(Math.PI * x[0] * x[1])) + (20 * Math.Pow(x[2] - 0.5, 2)) + (10 * x[3]) + (5 * x[4]) + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }

    private static double RSquared(PolynomialModelParameters model, List<PolynomialRow> rows) =>
        RSquared(rows, row => model.Evaluate(Array.ConvertAll(row.Features, v => (double)v)));

    private static double RSquared(List<PolynomialRow> rows, Func<PolynomialRow, double> score)
    {
        double mean = rows.Average(row => (double)row.Label);
        return 1 - (rows.Sum(row => Math.Pow(row.Label - score(row), 2)) / rows.Sum(row => Math.Pow(row.Label - mean, 2)));
    }

    /// <summary>All products of degree 2 in four features less their mean, unweighted, and the documented penalty of each; columns centred where there is an intercept.</summary>
    private static (Matrix<double> Columns, double[] Penalties) Columns(List<PolynomialRow> rows, bool intercept, double growth = 9)
    {
        var terms = new PolynomialTerms(4, 2, interactionOnly: false);
        double weight = rows.Sum(row => (double)row.Weight);
        double[] means = [.. Enumerable.Range(0, 4).Select(j => intercept ? rows.Sum(row => row.Weight * (double)row.Features[j]) / weight : 0)];
        var columns = Matrix<double>.Build.Dense(rows.Count, terms.Count - 1, (i, k) => terms.FactorsOf(k + 1).Aggregate(1.0, (product, j) => product * (rows[i].Features[j] - means[j])));
        var penalties = new double[terms.Count - 1];
        for (int k = 0; k < penalties.Length; k++)
        {
            double mean = intercept ? rows.Select((row, i) => row.Weight * columns[i, k]).Sum() / weight : 0;
            double variance = rows.Select((row, i) => row.Weight * Math.Pow(columns[i, k] - mean, 2)).Sum() / weight;
            var factors = terms.PowersOf(k + 1);
            penalties[k] = variance * Math.Pow(growth, factors.Sum(f => f.Power) - 1 + ((factors.Length - 1) / 2.0));
        }

        return (columns, penalties);
    }

    /// <summary>The prediction for the row left out, with the penalty that beside all rows has this strength; for row 0 where none is.</summary>
    private static double Predict(Matrix<double> columns, double[] penalties, List<PolynomialRow> rows, double strength, bool intercept, int? left)
    {
        double weight = rows.Sum(row => (double)row.Weight);
        var a = intercept ? Matrix<double>.Build.Dense(rows.Count, 1, 1).Append(columns) : columns;
        var w = Matrix<double>.Build.DenseOfDiagonalArray([.. rows.Select((row, i) => i == left ? 0 : (double)row.Weight)]);
        double[] all = intercept ? [0, .. penalties] : penalties;
        var normal = (a.Transpose() * w * a) + Matrix<double>.Build.DenseOfDiagonalArray(Array.ConvertAll(all, penalty => penalty * strength * weight));
        var solution = normal.Solve(a.Transpose() * w * Vector<double>.Build.Dense([.. rows.Select(row => (double)row.Label)]));
        return a.Row(left ?? 0) * solution;
    }

    /// <summary>The logarithm of the labels' likelihood, less its constants: coefficients and noise are drawn, their common scale and the constant may be any.</summary>
    private static double Evidence(Matrix<double> columns, double[] penalties, List<PolynomialRow> rows, double strength, bool intercept)
    {
        double weight = rows.Sum(row => (double)row.Weight);
        var roots = Vector<double>.Build.Dense([.. rows.Select(row => Math.Sqrt(row.Weight))]);
        var prior = Matrix<double>.Build.DenseOfDiagonalArray(Array.ConvertAll(penalties, penalty => 1 / (penalty * strength * weight)));
        var scaled = Matrix<double>.Build.DenseOfDiagonalVector(roots) * columns;
        var labels = roots.PointwiseMultiply(Vector<double>.Build.Dense([.. rows.Select(row => (double)row.Label)]));
        int free = rows.Count;
        if (intercept)
        {
            // What is orthogonal to the constant.
            var rest = roots.ToColumnMatrix().QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Full).Q.SubMatrix(0, rows.Count, 1, --free).Transpose();
            (scaled, labels) = (rest * scaled, rest * labels);
        }

        var covariance = Matrix<double>.Build.DenseIdentity(free) + (scaled * prior * scaled.Transpose());
        return -(covariance.Cholesky().DeterminantLn + (free * Math.Log(labels * covariance.Solve(labels)))) / 2;
    }

    /// <summary>R² and RMSE of rows left out of the usual ridge regression: terms of standardised features, standardised again, one penalty for all, the one of the smallest error of rows left out.</summary>
    private static (double RSquared, double LeaveOneOutRmse) PlainRidge(List<PolynomialRow> rows, List<PolynomialRow> test, int degree = 2)
    {
        var terms = new PolynomialTerms(rows[0].Features.Length, degree, interactionOnly: false);
        var (means, deviations) = Moments(Matrix<double>.Build.Dense(rows.Count, terms.Features, (i, j) => rows[i].Features[j]));
        Matrix<double> Terms(List<PolynomialRow> of) => Matrix<double>.Build.Dense(
            of.Count, terms.Count - 1, (i, k) => terms.FactorsOf(k + 1).Aggregate(1.0, (product, j) => product * (of[i].Features[j] - means[j]) / deviations[j]));
        var train = Terms(rows);
        var (centres, scales) = Moments(train);
        Matrix<double> Scaled(Matrix<double> columns) => columns.MapIndexed((_, k, value) => (value - centres[k]) / scales[k]);
        train = Scaled(train);
        double mean = rows.Average(row => (double)row.Label);
        var y = Vector<double>.Build.Dense([.. rows.Select(row => row.Label - mean)]);
        var kernel = train * train.Transpose();
        var best = (Error: double.PositiveInfinity, Dual: y);
        for (double alpha = 1e-6; alpha < 2e6; alpha *= Math.Pow(10, 12.0 / 99))
        {
            // e / (1 − h) of each row, h with the mean's share.
            var smoother = (kernel + Matrix<double>.Build.DenseDiagonal(rows.Count, alpha)).Inverse() * alpha;
            var errors = smoother * y;
            double error = errors.Select((e, i) => Math.Pow(e / (smoother[i, i] - (1.0 / rows.Count)), 2)).Sum();
            if (error < best.Error)
            {
                best = (error, errors / alpha);
            }
        }

        var scores = (Scaled(Terms(test)) * (train.Transpose() * best.Dual)).Add(mean);
        var index = test.Select((row, i) => (row, i)).ToDictionary(pair => pair.row, pair => pair.i);
        return (RSquared(test, row => scores[index[row]]), Math.Sqrt(best.Error / rows.Count));
    }

    private static (double[] Means, double[] Deviations) Moments(Matrix<double> columns)
    {
        double[] means = [.. columns.EnumerateColumns().Select(column => column.Average())];
        return (means, [.. columns.EnumerateColumns().Select((column, k) => Math.Sqrt(column.Select(v => Math.Pow(v - means[k], 2)).Average()))]);
    }
}
