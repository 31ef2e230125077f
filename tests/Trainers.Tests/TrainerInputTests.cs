using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What every trainer does with columns of a wrong type and with rows that it can't use, or that are stored otherwise.</summary>
[TestClass]
public sealed class TrainerInputTests
{
    private const int Rows = 66;
    private readonly MLContext _context = new(seed: 1);

    private static readonly (string Role, string Column, string Problem, string Mend)[] Wrong =
    [
        ("label", "Nothing", "finds no label column 'Nothing'", "labelColumnName"),
        ("label", "Text", "as its label column 'Text'", "(\"Text\""),
        ("features", "Nothing", "finds no feature column 'Nothing'", "Concatenate(\"Nothing\""),
        ("features", "Weight", "as its feature column 'Weight', but the column is a single value", "Concatenate(\"Weight\""),
        ("features", "Text", "a single value of type String", "FeaturizeText(\"Text\")"),
        ("features", "Key", "a single value of type key (UInt32)", "MapKeyToVector(\"Key\")"),
        ("features", "Doubles", "a vector of Double", "ConvertType(\"Doubles\""),
        ("features", "Variable", "a vector of Single of unknown size", "[VectorType(size)]"),
        ("weight", "Nothing", "finds no example weight column 'Nothing'", "exampleWeightColumnName"),
        ("weight", "Text", "needs Single as its example weight column 'Text'", "ConvertType(\"Text\""),
    ];

    /// <summary>Networks alone take features of bytes.</summary>
    private static (string Role, string Column, string Problem, string Mend)[] WrongFeatures(bool bytes) => bytes
        ? [
            ("features", "Weight", "needs a known-size vector of Single or Byte as its feature column 'Weight'", "Concatenate(\"Weight\""),
            ("features", "Byte", "a single value of type Byte", "ConvertType(\"Byte\""),
        ]
        : [
            ("features", "Weight", "needs a known-size vector of Single as its feature column 'Weight'", "Concatenate(\"Weight\""),
            ("features", "Bytes", "a vector of Byte", "ConvertType(\"Bytes\", outputKind: DataKind.Single)"),
        ];

    /// <param name="several">Whether the trainer takes several numbers at once.</param>
    private static (string Role, string Column, string Problem, string Mend)[] WrongNumbers(bool several) =>
    [
        ("label", "Key", "as its label column 'Key', but the column is a single value of type key (UInt32)", "MulticlassClassification"),
        ("label", "Double", "a single value of type Double", "ConvertType(\"Double\""),
        ("label", "Doubles", "a vector of Double", several ? "ConvertType(\"Doubles\"" : "mlContext.Regression.Trainers.Mlp"),
        ("label", "Variable", "a vector of Single of unknown size", several ? "[VectorType(size)]" : "mlContext.Regression.Trainers.Mlp"),
    ];

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void WrongColumnsAreRefusedBeforeAnyRowIsRead(TrainerCase trainer)
    {
        var data = ChangedRows.With<Extra>(_context, trainer.Load(_context, 6), (extra, _) => (extra.Text, extra.Double, extra.Doubles, extra.Variable, extra.Byte, extra.Bytes) = ("a", 1, [1, 2], [1], 1, [1, 2]));
        var spy = new SpyView(_context.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data));
        foreach (var (role, column, problem, mend) in Wrong.Concat(WrongFeatures(bytes: trainer.Options() is NetworkTrainerOptions and not LinearClassifierOptions)).Concat(trainer.LearnsClasses ? [] : WrongNumbers(several: trainer.Trainer == typeof(MlpRegressionTrainer) || trainer.Trainer == typeof(CnnRegressionTrainer))))
        {
            var estimator = trainer.Create(_context, options =>
            {
                var input = (ITrainerInput)options;
                (input.LabelColumnName, input.FeatureColumnName, input.ExampleWeightColumnName) =
                    (role == "label" ? column : "Label", role == "features" ? column : "Features", role == "weight" ? column : null);
            });
            var inFit = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(spy), column);
            Assert.StartsWith(trainer.Trainer.Name, inFit.Message);
            Assert.Contains(problem, inFit.Message);
            Assert.Contains(mend, inFit.Message);
            Assert.AreEqual("inputSchema", inFit.ParamName);
            Assert.AreEqual(inFit.Message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(spy.Schema))).Message);
        }

        Assert.AreEqual(0, spy.Cursors);
    }

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void UnusableRowsAreSkippedCountedAndWarnedAboutOnce(TrainerCase trainer)
    {
        var clean = trainer.Load(_context, Rows);
        var data = ChangedRows.Change(_context, clean, (row, values) =>
        {
            values.Set(1, row == Rows - 3 ? float.NaN : row == Rows - 2 ? float.PositiveInfinity : values.Features[1]);
            values.Weight = row == Rows - 1 ? float.NaN : 1;
        });
        var estimator = trainer.Create(_context, options => ((ITrainerInput)options).ExampleWeightColumnName = "Weight");
        var warnings = Log.InputWarnings(_context);
        var model = estimator.Fit(data);
        Assert.HasCount(1, warnings);
        Assert.AreEqual($"3 of {Rows} training rows are skipped: 2 with NaN or infinite values in 'Features', 1 with a NaN or infinite weight in 'Weight'.", warnings[0]);
        var expected = estimator.Fit(_context.Data.TakeRows(clean, Rows - 3));
        CollectionAssert.AreEqual(EstimatorContract.Scores(expected, clean), EstimatorContract.Scores(model, clean));

        // As validation rows.
        ((dynamic)estimator).Fit(clean, data);
        Assert.HasCount(2, warnings);
        Assert.StartsWith($"3 of {Rows} validation rows are skipped: ", warnings[1]);
    }

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void DataWithoutUsableRowsIsAnError(TrainerCase trainer)
    {
        var estimator = trainer.Create(_context, options => ((ITrainerInput)options).ExampleWeightColumnName = "Weight");
        string Problem(IDataView data)
        {
            var exception = Assert.Throws<Exception>(() => estimator.Fit(data));
            Assert.StartsWith($"{trainer.Trainer.Name}: ", exception.Message);
            Assert.IsTrue(exception is InvalidOperationException or ArgumentOutOfRangeException { ParamName: "input" }, exception.ToString());
            return exception.Message;
        }

        var data = trainer.Load(_context, 9);
        Assert.Contains("the training data has no rows", Problem(_context.Data.FilterRowsByColumn(data, "Weight", 5, 6)));
        Assert.Contains("none of the 9 training rows is usable: 9 with NaN or infinite values in 'Features'. Replace missing features with mlContext.Transforms.ReplaceMissingValues(\"Features\")", Problem(ChangedRows.Change(_context, data, (_, values) => values.Set(0, float.NaN))));
        Assert.Contains("training row 4 (counted from 0) has the weight -1 in column 'Weight'", Problem(ChangedRows.Change(_context, data, (row, values) => values.Weight = row == 4 ? -1 : 1)));
        Assert.Contains("all weights in column 'Weight' of the training data are 0", Problem(ChangedRows.Change(_context, data, (_, values) => values.Weight = 0)));
    }

    /// <summary>The advice is followed to the letter.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void MissingFeaturesAreReplacedAsAdvised(TrainerCase trainer)
    {
        var data = ChangedRows.Change(_context, trainer.Load(_context, Rows), (row, values) => values.Set(0, row % 2 == 0 ? float.NaN : values.Features[0]));
        var warnings = Log.InputWarnings(_context);
        trainer.Create(_context).Fit(_context.Transforms.ReplaceMissingValues("Features").Fit(data).Transform(data));
        Assert.IsEmpty(warnings);
    }

    /// <summary>Not where the trainer scales them itself, as a polynomial always does, and networks unless told otherwise; and of validation rows not once more.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void UnnormalisedFeaturesAreWarnedAboutOnce(TrainerCase trainer)
    {
        var data = ChangedRows.Change(_context, trainer.Load(_context, Rows), (_, values) => values.Set(0, 200 * values.Features[0]));
        Assert.AreEqual(trainer.Trainer == typeof(PolynomialTrainer) ? 0 : 1, Warnings(scaling: FeatureScaling.None));
        Assert.AreEqual(trainer.Options() is LinearTrainerOptions ? 1 : 0, Warnings(scaling: FeatureScaling.Auto));

        int Warnings(FeatureScaling scaling)
        {
            var context = new MLContext(seed: 1);
            var warnings = Log.InputWarnings(context);
            ((dynamic)trainer.Create(context, options =>
            {
                options.LearningRate = 1e-7;
                if (options is NetworkTrainerOptions network)
                {
                    network.FeatureScaling = scaling;
                }
            })).Fit(data, data);
            return warnings.Count(warning => warning.Contains("NormalizeMeanVariance(\"Features\", fixZero: false)", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void ValidationRowsMustHaveTheSameFeatures(TrainerCase trainer)
    {
        var data = trainer.Load(_context, 9);
        var wider = _context.Transforms.Concatenate("Features", "Features", "Weight").Fit(data).Transform(data);
        int size = ((VectorDataViewType)data.Schema["Features"].Type).Size;
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((dynamic)trainer.Create(_context)).Fit(data, wider));
        Assert.AreEqual("validationData", exception.ParamName);
        Assert.StartsWith($"{trainer.Trainer.Name}: the validation features 'Features' have {size + 1} values a row, the training ones {size}.", exception.Message);
    }

    /// <summary>What they hold makes no difference.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void RowsOfWeightZeroDoNotCount(TrainerCase trainer)
    {
        var data = trainer.Load(_context, Rows);
        float[] Scores(float weight, float factor)
        {
            var changed = ChangedRows.Change(_context, data, (row, values) =>
            {
                values.Weight = row % 3 == 0 ? weight : 1;
                values.Set(1, (row % 3 == 0 ? factor : 1) * values.Features[1]);
            });
            return EstimatorContract.Scores(trainer.Create(_context, options => (((ITrainerInput)options).ExampleWeightColumnName, options.Seed) = ("Weight", 1)).Fit(changed), data);
        }

        float[] expected = Scores(0, 1);
        CollectionAssert.AreEqual(expected, Scores(0, -3));
        CollectionAssert.AreNotEqual(expected, Scores(1, 1));
        CollectionAssert.AreNotEqual(Scores(1, 1), Scores(1, -3));
    }

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void SparseRowsGiveTheModelOfDenseOnes(TrainerCase trainer)
    {
        var dense = ChangedRows.Change(_context, trainer.Load(_context, Rows), (row, values) =>
        {
            for (int j = 0; j < values.Features.Length; j++)
            {
                values.Set(j, (row + j) % 3 == 0 ? 0 : values.Features[j]);
            }
        });
        var sparse = ChangedRows.With<SparseFeatures>(_context, dense, (changed, values) =>
        {
            int[] at = [.. Enumerable.Range(0, values.Features.Length).Where(j => values.Features[j] != 0)];
            changed.Features = new VBuffer<float>(values.Features.Length, at.Length, [.. at.Select(j => values.Features[j])], at);
        });
        float[] Scores(IDataView data) => EstimatorContract.Scores(trainer.Create(_context, options => options.Seed = 1).Fit(data), dense);
        float[] expected = Scores(dense);
        float[] actual = Scores(sparse);
        if (trainer.Options() is not LinearOptions)
        {
            CollectionAssert.AreEqual(expected, actual);
            return;
        }

        // Their sums over few values are in another order.
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
        }
    }

    private sealed class SparseFeatures
    {
        public VBuffer<float> Features { get; set; }
    }

    private sealed class Extra
    {
        public string Text { get; set; } = "";

        public double Double { get; set; }

        [VectorType(2)]
        public double[] Doubles { get; set; } = [];

        public float[] Variable { get; set; } = [];

        public byte Byte { get; set; }

        [VectorType(2)]
        public byte[] Bytes { get; set; } = [];
    }
}
