using Microsoft.ML;
using Microsoft.ML.Data;
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
    public void PredictsTheSameAfterLoading()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
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
    public void OptionsAreCheckedAtOnce()
    {
        Refused(o => o.Degree = 0, "Degree");
        Refused(o => o.Degree = 65, "Degree");
        Refused(o => o.Solver = (PolynomialSolver)7, "Solver");
        Refused(o => o.Loss = new Huber(), "Loss");
        Refused(o => (o.Loss, o.Solver) = (new Poisson(), PolynomialSolver.GradientDescent), "Loss");
        Refused(o => o.L1Regularization = 1, "L1Regularization");
        Refused(o => o.EarlyStopping = new EarlyStopping(), "EarlyStopping");
        Refused(o => o.ValidationFraction = 0.2, "ValidationFraction");

        static void Refused(Action<PolynomialTrainer.Options> change, string option)
        {
            var options = new PolynomialTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PolynomialTrainer(new MLContext(), options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }

    internal sealed class Prediction
    {
        public float Score { get; set; }
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
