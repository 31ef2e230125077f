using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class MlpRegressionTests
{
    internal static MlpRegressionTrainer.Options Quick(Action<MlpRegressionTrainer.Options>? change = null)
    {
        var options = Plain.MlpRegression with { HiddenLayers = [16], NumberOfEpochs = 40, BatchSize = 16, Seed = 7, Optimizer = new Adam { LearningRate = 0.02 }, Activation = new Tanh() };
        change?.Invoke(options);
        return options;
    }

    private static MlpRegressionTrainer.Options Both(Action<MlpRegressionTrainer.Options>? change = null) => Quick(o =>
    {
        o.LabelColumnName = "Both";
        change?.Invoke(o);
    });

    [TestMethod]
    public void KeepsTheEstimatorContractWithSeveralOutputs() =>
        EstimatorContract.Check(context => new MlpRegressionTrainer(context, Both(o => o.NumberOfEpochs = 2)), context => Surface.Load(context));

    [TestMethod]
    public void KeepsTheEstimatorContractWithNamedOutputs() =>
        EstimatorContract.Check(
            context => new MlpRegressionTrainer(context, Quick(o => (o.NumberOfEpochs, o.LabelColumnName) = (2, "Named"))),
            context => Name(context, Surface.Load(context)));

    [TestMethod]
    public void LearnsOneNumber()
    {
        var context = new MLContext(seed: 1);
        var model = context.Regression.Trainers.Mlp(Quick()).Fit(Surface.Load(context));
        var scored = model.Transform(Surface.Load(context, seed: 2));
        var metrics = context.Regression.Evaluate(scored);
        Assert.IsGreaterThan(0.99, metrics.RSquared);
        Assert.AreEqual("Regression", Annotation(scored.Schema["Score"], "ScoreColumnKind"));
        Assert.AreEqual("Score", Annotation(scored.Schema["Score"], "ScoreValueKind"));
    }

    /// <summary>On two of these seeds the loss climbs above its start in the midst of the training, and comes down again.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(17)]
    public void APeakOfTheLossIsNoDivergence(int seed)
    {
        var context = new MLContext(seed: 1);
        var rows = new[] { (0f, 0f), (0, 1), (1, 0), (1, 1) }.Select(x => new PairRow { Features = [x.Item1, x.Item2], Label = x.Item1 == x.Item2 ? 0 : 1 });
        var options = Plain.MlpRegression with
        {
            Seed = seed, HiddenLayers = [4, 4], Activation = new Tanh(), WeightInitializer = new GlorotUniform(), Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 1000,
        };
        var epochs = new MlpRegressionTrainer(context, options).Fit(context.Data.LoadFromEnumerable(rows)).Model.History.Epochs;
        Assert.IsLessThan(1e-9, epochs[^1].TrainingLoss);
        Assert.AreEqual(seed > 0, epochs.Skip(20).Max(epoch => epoch.TrainingLoss) > 1);
    }

    private sealed class PairRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    [TestMethod]
    public void PoissonLossLearnsCountsAsTheyAre()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        foreach (var row in rows)
        {
            row.Label = MathF.Round(MathF.Exp(1 + row.Features[0]));
        }

        var data = context.Data.LoadFromEnumerable(rows);
        var model = new MlpRegressionTrainer(context, Quick(o => o.Loss = new Poisson())).Fit(data);
        Assert.AreEqual(OutputLink.Exponential, model.Model.Link);
        float[] scores = EstimatorContract.Scores(model, data);
        Assert.IsTrue(scores.All(score => score > 0));
        Assert.IsLessThan(0.5, Math.Sqrt(rows.Select((row, i) => Math.Pow(row.Label - scores[i], 2)).Average()));

        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(new MLContext().Model.Load(file, out _), data));
    }

    [TestMethod]
    public void LearnsSeveralNumbersOfDifferentScalesAtOnce()
    {
        var context = new MLContext(seed: 1);
        var model = new MlpRegressionTrainer(context, Both(o => o.NumberOfEpochs = 80)).Fit(Surface.Load(context));
        var rows = Surface.Rows(seed: 2);
        var scored = model.Transform(context.Data.LoadFromEnumerable(rows));
        Assert.AreEqual("MultiOutputRegression", Annotation(scored.Schema["Score"], "ScoreColumnKind"));
        Assert.AreEqual(2, model.Model.NumberOfOutputs);
        Assert.IsNull(model.Model.OutputNames);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        for (int output = 0; output < 2; output++)
        {
            double mean = rows.Average(r => r.Both[output]);
            double spread = rows.Sum(r => Math.Pow(r.Both[output] - mean, 2));
            double rest = rows.Select((r, i) => Math.Pow(r.Both[output] - scores[i][output], 2)).Sum();
            Assert.IsLessThan(0.02, rest / spread, $"output {output}");
        }
    }

    [TestMethod]
    public void NamesOutputsAsTheLabelDoesAlsoAfterLoading()
    {
        var context = new MLContext(seed: 1);
        var data = Name(context, Surface.Load(context));
        var model = new MlpRegressionTrainer(context, Quick(o => (o.NumberOfEpochs, o.LabelColumnName) = (1, "Named"))).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        foreach (var schema in new[] { model.GetOutputSchema(data.Schema), new MLContext().Model.Load(file, out _).GetOutputSchema(data.Schema) })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            schema["Score"].GetSlotNames(ref names);
            CollectionAssert.AreEqual(new[] { "Label", "Weight" }, names.DenseValues().Select(n => n.ToString()).ToArray());
        }

        CollectionAssert.AreEqual(new[] { "Label", "Weight" }, model.Model.OutputNames!.ToArray());
    }

    [TestMethod]
    public void StandardisedLabelsGiveTheModelOfLabelsStandardisedByHand()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(64);
        double mean = rows.Average(r => (double)r.Label);
        double deviation = Math.Sqrt(rows.Average(r => Math.Pow(r.Label - mean, 2)));
        float[] inUnits = EstimatorContract.Scores(new MlpRegressionTrainer(context, Quick()).Fit(context.Data.LoadFromEnumerable(rows)), context.Data.LoadFromEnumerable(rows));

        var standardised = rows.ConvertAll(r => new SurfaceRow { Features = r.Features, Both = r.Both, Label = (float)((r.Label - mean) / deviation) });
        var data = context.Data.LoadFromEnumerable(standardised);
        float[] byHand = EstimatorContract.Scores(new MlpRegressionTrainer(context, Quick(o => o.NormalizeLabel = false)).Fit(data), data);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.AreEqual(mean + (deviation * byHand[i]), inUnits[i], 1e-3);
        }
    }

    [TestMethod]
    public void TheHistoryTellsTheErrorInTheLabelsUnit()
    {
        var context = new MLContext(seed: 1);
        var data = Surface.Load(context);
        var validation = Surface.Load(context, seed: 2);
        var model = new MlpRegressionTrainer(context, Quick(o => o.NumberOfEpochs = 3)).Fit(data, validation);
        double told = model.Model.History.Epochs[^1].ValidationMetric;
        Assert.AreEqual(context.Regression.Evaluate(model.Transform(validation)).RootMeanSquaredError, told, 1e-4 * told);
        Assert.AreEqual("RMSE", model.Model.History.Metric.Name);
    }

    [TestMethod]
    public void AConstantLabelIsLearnt()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(40);
        rows.ForEach(r => r.Label = 2000);
        var model = new MlpRegressionTrainer(context, Quick()).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.IsLessThan(0.5f, Surface.LargestError(model, context, rows));
    }

    [TestMethod]
    public void AnUnnormalisedLabelOfAnyScaleIsLearntAsWell()
    {
        var context = new MLContext(seed: 1);
        foreach (float scale in new[] { 1e-4f, 1, 1e5f })
        {
            var rows = Surface.Rows(100);
            rows.ForEach(r => r.Label *= scale);
            var model = new MlpRegressionTrainer(context, Quick()).Fit(context.Data.LoadFromEnumerable(rows));
            Assert.IsLessThan(6 * scale, Surface.LargestError(model, context, rows), $"scale {scale}");
        }
    }

    [TestMethod]
    public void RowsOfWeightZeroDoNotCount()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        rows.AddRange(Surface.Rows(600, seed: 3).Select(r => new SurfaceRow { Features = r.Features, Both = r.Both, Label = -r.Label, Weight = 0 }));
        double RSquared(string? weight) => context.Regression.Evaluate(
            new MlpRegressionTrainer(context, Quick(o => o.ExampleWeightColumnName = weight)).Fit(context.Data.LoadFromEnumerable(rows)).Transform(Surface.Load(context, seed: 2))).RSquared;
        Assert.IsGreaterThan(0.98, RSquared("Weight"));
        Assert.IsLessThan(0.0, RSquared(null));
    }

    [TestMethod]
    public void UsesAValidationSetAndStopsEarly()
    {
        var context = new MLContext(seed: 1);
        var epochs = new List<EpochRecord>();
        var model = new MlpRegressionTrainer(context, Quick(o =>
        {
            o.NumberOfEpochs = 400;
            o.EarlyStopping = new EarlyStopping { Patience = 3 };
            o.OnEpoch = epochs.Add;
        })).Fit(Surface.Load(context, 40), Surface.Load(context, seed: 2));
        Assert.IsLessThan(400, epochs.Count);
        Assert.HasCount(epochs.Count, model.Model.History.Epochs);
    }

    [TestMethod]
    public void GoesOnTrainingAModelAlsoWithFewRowsOfOtherLabels()
    {
        var context = new MLContext(seed: 1);
        var data = Surface.Load(context);
        var first = new MlpRegressionTrainer(context, Quick(o => o.NumberOfEpochs = 5)).Fit(data);
        var second = new MlpRegressionTrainer(context, Quick(o => o.NumberOfEpochs = 1)).Fit(data, first.Model);
        Assert.IsLessThan(first.Model.History.Epochs[^1].TrainingLoss, second.Model.History.Epochs[0].TrainingLoss);

        // A smaller rate, for one epoch on rows that are nearly equal: the model must stay about what it was.
        var some = context.Data.LoadFromEnumerable(Surface.Rows(8, seed: 5).Select(r => new SurfaceRow { Features = [0, 0, 0], Label = 100, Both = [100, 1] }));
        var third = new MlpRegressionTrainer(context, Quick(o => (o.NumberOfEpochs, o.LearningRate) = (1, 1e-4))).Fit(some, second.Model);
        float[] before = EstimatorContract.Scores(second, data);
        float[] after = EstimatorContract.Scores(third, data);
        Assert.IsLessThan(0.5f, before.Zip(after, (a, b) => Math.Abs(a - b)).Max());

        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(context, Quick(o => o.HiddenLayers = [9])).Fit(data, first.Model));
        Assert.Contains("layers", exception.Message);
        var vector = context.Transforms.Concatenate("One", "Label").Fit(data).Transform(data);
        exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(context, Quick(o => o.LabelColumnName = "One")).Fit(vector, first.Model));
        Assert.Contains("it predicts one number, but the label 'One' is a vector of 1", exception.Message);
    }

    [TestMethod]
    public void UnusableRowsAreSkippedCountedAndWarnedAboutOnce()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(60);
        rows[3].Features[1] = float.NaN;
        rows[20].Label = float.NaN;
        rows[21].Label = float.PositiveInfinity;
        var warnings = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Message.Contains("Kind=Warning"))
            {
                warnings.Add(e.Message);
            }
        };
        var model = new MlpRegressionTrainer(context, Quick(o => o.NumberOfEpochs = 2)).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("3 of 60 training rows are skipped: 1 with NaN or infinite values in 'Features', 2 with a NaN or infinite label in 'Label'.", warnings[0]);
        var expected = new MlpRegressionTrainer(context, Quick(o => o.NumberOfEpochs = 2)).Fit(context.Data.LoadFromEnumerable(rows.Where((_, i) => i is not (3 or 20 or 21))));
        CollectionAssert.AreEqual(expected.Model.Weights.Flat(), model.Model.Weights.Flat());

        rows.ForEach(r => r.Label = float.NaN);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new MlpRegressionTrainer(context).Fit(context.Data.LoadFromEnumerable(rows)));
        Assert.Contains("none of the 60 training rows is usable", exception.Message);
        Assert.Contains("See that 'Label' is the column meant", exception.Message);
    }

    [TestMethod]
    public void ALossOfClassesIsRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpRegressionTrainer(new MLContext(), Quick(o => o.Loss = new SoftmaxCrossEntropy())));
        Assert.Contains("MeanSquaredError", exception.Message);
    }

    [TestMethod]
    public void ValidationRowsMustHaveTheSameOutputs()
    {
        var context = new MLContext(seed: 1);
        var data = context.Transforms.CopyColumns("Label2", "Both").Fit(Surface.Load(context, 9)).Transform(Surface.Load(context, 9));
        var other = context.Transforms.Concatenate("Both", "Both", "Weight").Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpRegressionTrainer(context, Both()).Fit(data, other));
        Assert.Contains("the validation label 'Both' is a vector of 3, the training label a vector of 2", exception.Message);
    }

    private static IDataView Name(MLContext context, IDataView data) => context.Transforms.Concatenate("Named", "Label", "Weight").Fit(data).Transform(data);

    private static string Annotation(DataViewSchema.Column column, string name)
    {
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(name, ref value);
        return value.ToString();
    }
}
