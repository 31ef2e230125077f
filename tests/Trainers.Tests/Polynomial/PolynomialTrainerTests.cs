using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The trainer as an estimator of ML.NET.</summary>
[TestClass]
public sealed class PolynomialTrainerTests
{
    [TestMethod]
    public void KeepsTheEstimatorContractByGradientDescent() =>
        EstimatorContract.Check(
            context => new PolynomialTrainer(context, new PolynomialTrainer.Options { Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 5 }), context => Surface.Load(context));

    [TestMethod]
    public void EvaluatesCrossValidatesAndPredictsAlsoAfterLoading()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
        var folds = context.Regression.CrossValidate(data, context.Regression.Trainers.Polynomial(), numberOfFolds: 3);
        Assert.IsTrue(folds.All(f => f.Metrics.RSquared > 0.9999));

        var model = context.Regression.Trainers.Polynomial().Fit(data);
        float[] batch = EstimatorContract.Scores(model, data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        var loaded = fresh.Model.Load(file, out _);
        using var engine = fresh.Model.CreatePredictionEngine<SurfaceRow, Prediction>(loaded);
        for (int i = 0; i < 10; i++)
        {
            Assert.AreEqual(batch[i], engine.Predict(rows[i]).Score);
        }

        var polynomial = loaded as PolynomialTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<PolynomialTransformer>().Single();
        Assert.AreEqual(model.Model.ToString(), polynomial.Model.ToString());
        CollectionAssert.AreEqual(model.Model.Coefficients.Select(t => t.Coefficient).ToArray(), polynomial.Model.Coefficients.Select(t => t.Coefficient).ToArray());
        Assert.AreEqual(model.Model.History.Epochs[0], polynomial.Model.History.Epochs[0]);
    }

    [TestMethod]
    public void PermutationImportanceFindsTheUsefulFeature()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(120, 2), x => x[0] * x[0]);
        var data = context.Data.LoadFromEnumerable(rows.Select(r => new PolynomialTextTests.TwoColumns { A = r.Features[0], B = r.Features[1], Label = r.Label }));
        var pipeline = context.Transforms.Concatenate("Features", "A", "B").Append(new PolynomialTrainer(context));
        var model = pipeline.Fit(data);
        var transformed = model.Transform(data);
        var generic = context.Regression.PermutationFeatureImportance(model.LastTransformer, transformed, permutationCount: 3);
        Assert.IsLessThan(-1, generic[0].RSquared.Mean);
        Assert.IsGreaterThan(-0.1, generic[1].RSquared.Mean);
        var byName = context.Regression.PermutationFeatureImportance(model, transformed, permutationCount: 3);
        Assert.IsLessThan(-1, byName["A"].RSquared.Mean);
        Assert.IsGreaterThan(-0.1, byName["B"].RSquared.Mean);
    }

    [TestMethod]
    public void AValidationSetIsMeasured()
    {
        var context = new MLContext(seed: 1);
        var validation = Surface.Load(context, seed: 2);
        EpochRecord? told = null;
        var options = new PolynomialTrainer.Options { Degree = 1, OnEpoch = record => told = record };
        var model = new PolynomialTrainer(context, options).Fit(Surface.Load(context), validation);
        double expected = context.Regression.Evaluate(model.Transform(validation)).RootMeanSquaredError;
        Assert.AreEqual(expected, model.Model.History.Epochs[0].ValidationMetric, 1e-5 * expected);
        Assert.AreEqual(model.Model.History.Epochs[0], told);
    }

    [TestMethod]
    [DataRow("Nothing", "Features", "label column 'Nothing'", "labelColumnName")]
    [DataRow("Both", "Features", "needs Single as its label column 'Both'", "mlContext.Regression.Trainers.Mlp")]
    [DataRow("Label", "Weight", "needs a known-size vector of Single", "Concatenate(\"Weight\"")]
    public void WrongColumnsAreRefusedBeforeAnyRowIsRead(string label, string features, string problem, string mend)
    {
        var context = new MLContext(seed: 1);
        var spy = new SpyView(Surface.Load(context, 5));
        var trainer = new PolynomialTrainer(context, label, features);
        var inFit = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(spy));
        Assert.Contains(problem, inFit.Message);
        Assert.Contains(mend, inFit.Message);
        Assert.AreEqual(0, spy.Cursors);
        Assert.AreEqual(inFit.Message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShapes.Of(spy.Schema))).Message);
    }

    [TestMethod]
    public void UnusableRowsAreSkippedAndCounted()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(60);
        rows[3].Features[1] = float.NaN;
        rows[20].Label = float.NaN;
        rows.ForEach(r => r.Features[2] *= 1e6f);
        var warnings = Log.Warnings(context);
        var model = new PolynomialTrainer(context).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("2 of 60 training rows are skipped: 1 with NaN or infinite values in 'Features', 1 with a NaN or infinite label in 'Label'.", warnings[0]);
        Assert.AreEqual(20, model.Model["x1^2"], 1e-3);
    }

    [TestMethod]
    public void OptionsAreCheckedAtOnce()
    {
        Refused(o => o.Degree = 0, "Degree");
        Refused(o => o.Degree = 65, "Degree");
        Refused(o => o.Solver = (PolynomialSolver)7, "Solver");
        Refused(o => o.L2Regularization = -1, "L2Regularization");
        Refused(o => o.Loss = new Huber(), "Loss");
        Refused(o => (o.Loss, o.Solver) = (new Poisson(), PolynomialSolver.GradientDescent), "Loss");
        Refused(o => o.L1Regularization = 1, "L1Regularization");
        Refused(o => o.EarlyStopping = new EarlyStopping(), "EarlyStopping");
        Refused(o => o.ValidationFraction = 0.2, "ValidationFraction");
        Assert.ThrowsExactly<ArgumentNullException>(() => new PolynomialTrainer(null!));

        static void Refused(Action<PolynomialTrainer.Options> change, string option)
        {
            var options = new PolynomialTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PolynomialTrainer(new MLContext(), options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }

    [TestMethod]
    public void SparseFeaturesGiveTheModelOfDenseOnes()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        var dense = Enumerable.Range(0, 80).Select(_ => new SurfaceRow { Features = [random.Next(3) == 0 ? random.NextSingle() : 0, 0, random.NextSingle()], Label = random.NextSingle(), Both = [0, 0] }).ToList();
        var sparse = dense.ConvertAll(r => new SparseRow
        {
            Label = r.Label,
            Features = new VBuffer<float>(3, 2, [r.Features[0], r.Features[2]], [0, 2]),
        });
        CollectionAssert.AreEqual(
            new PolynomialTrainer(context).Fit(context.Data.LoadFromEnumerable(dense)).Model.Coefficients.Select(t => t.Coefficient).ToArray(),
            new PolynomialTrainer(context).Fit(context.Data.LoadFromEnumerable(sparse)).Model.Coefficients.Select(t => t.Coefficient).ToArray());
    }

    internal sealed class Prediction
    {
        public float Score { get; set; }
    }

    internal sealed class SparseRow
    {
        public float Label { get; set; }

        [VectorType(3)]
        public VBuffer<float> Features { get; set; }
    }
}

[TestClass]
public sealed class PolynomialModelFileTests() : ModelFileContract(typeof(PolynomialReader), Save)
{
    private static byte[] Save()
    {
        var context = new MLContext(seed: 1);
        var data = Surface.Load(context, 30);
        using var file = new MemoryStream();
        context.Model.Save(new PolynomialTrainer(context).Fit(data), data.Schema, file);
        return file.ToArray();
    }
}
