using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What is refused inside the engine or a network is told in the trainer's words: its name, its options, its label.</summary>
[TestClass]
public sealed class TrainerMessageTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void AValidationFractionOfTwoRowsNamesNoInnerParameter()
    {
        var rows = Blobs.Rows(2);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(_context, new MlpTrainer.Options { ValidationFraction = 0.1 }).Fit(Blobs.Load(_context, rows)));
        Assert.IsNull(exception.ParamName);
        Assert.AreEqual("MlpTrainer: No class has two rows, so that none can give one to validation. Give more rows, or a validation fraction of 0.", exception.Message);
    }

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void AValidationFractionOfOneRowNamesNoInnerParameter(TrainerCase trainer)
    {
        var estimator = Splitting(trainer, 0.1);
        var data = trainer.Load(_context, 30);
        var exception = Assert.Throws<ArgumentException>(() => estimator.Fit(_context.Data.TakeRows(data, 1)));
        Assert.IsNull(exception.ParamName);
        Assert.StartsWith(trainer.Trainer.Name + ": ", exception.Message);
        Assert.Contains("Give more rows, or a validation fraction of 0", exception.Message);
    }

    /// <summary>Whichever part the one row that counts is drawn for, the other has none.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void APartOfTheRowsThatWeighsNothingIsToldOf(TrainerCase trainer)
    {
        var data = ChangedRows.Change(_context, trainer.Load(_context, 30), (row, values) => values.Weight = row == 0 ? 1 : 0);
        var estimator = Splitting(trainer, 0.5, "Weight");
        string message = Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(data)).Message;

        // A polynomial's rows of weight 0 are left out before.
        Assert.StartsWith(trainer.Trainer.Name + (trainer.Trainer == typeof(PolynomialTrainer) ? ": One row can't be split" : ": The 15 rows that are "), message);
        Assert.Contains(" Give more rows", message);
        Assert.EndsWith("or a validation fraction of 0.", message);
    }

    /// <summary>One label out of all proportion is all that a squared error sees.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void OutliersAmongLabelsAreWarnedOf(TrainerCase trainer)
    {
        const string Warning = "a few values far from the others decide what a squared error learns";
        var log = Log.Warnings(_context);
        var data = trainer.Load(_context, 60);
        trainer.Create(_context).Fit(data);
        Assert.DoesNotContain(message => message.Contains(Warning, StringComparison.Ordinal), log);
        if (!trainer.LearnsClasses)
        {
            int next = 0;
            trainer.Create(_context).Fit(ChangedRows.With<Labelled>(_context, data, (changed, values) => changed.Label = next++ % 60 == 5 ? 1e6f : values.Features[0]));
            Assert.ContainsSingle(message => message.Contains(Warning, StringComparison.Ordinal) && message.Contains("new Huber(", StringComparison.Ordinal), log);
        }
    }

    /// <summary>An MLContext keeps what is told as checkpoints of progress for as long as it lives.</summary>
    [TestMethod]
    public void AContextKeepsLittleOfAFit()
    {
        var data = Plane.Load(_context, 30);
        var trainer = new GradientDescentTrainer(_context, new GradientDescentTrainer.Options { NumberOfEpochs = 200, Tolerance = 0 });
        const int Fits = 20;
        trainer.Fit(data);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Fits; i++)
        {
            trainer.Fit(data);
        }

        Assert.IsLessThan(8 * 1024, (GC.GetTotalMemory(forceFullCollection: true) - before) / Fits);
    }

    [TestMethod]
    public void ALabelOutOfALossesRangeNamesNoInnerParameter()
    {
        var rows = Surface.Rows(20);
        rows[1].Features[0] = float.NaN;
        rows[4].Label = -1;
        var trainer = new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { Loss = new Poisson() });
        var exception = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(_context.Data.LoadFromEnumerable(rows)));
        Assert.IsNull(exception.ParamName);
        Assert.StartsWith("MlpRegressionTrainer: training row 4 (counted from 0) has the label -1 in 'Label', but poisson takes labels of at least 0. Correct or remove such rows, or take another loss, for example MeanSquaredError.", exception.Message);
    }

    /// <summary>What a callback throws is the user's, whatever it says.</summary>
    [TestMethod]
    public void AnExceptionOfACallbackStaysAsItIs()
    {
        var own = new ArgumentException("no more", "record");
        var trainer = new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { OnEpoch = _ => throw own });
        Assert.AreSame(own, Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Surface.Load(_context, 20))));
    }

    [TestMethod]
    public void TooManyWeightsAreToldOfByTheHiddenLayers()
    {
        var trainer = new MlpTrainer(_context, hiddenLayers: [40_000, 40_000]);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Blobs.Load(_context, 9)));
        Assert.AreEqual("HiddenLayers", exception.ParamName);
        Assert.Contains("MlpTrainer can't make a network of HiddenLayers [40000, 40000] between the 4 values of 'Features' and 3 outputs", exception.Message);
        Assert.DoesNotContain("layer 2", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void OneClassIsToldAsSuch()
    {
        var rows = Blobs.Rows(9);
        rows.ForEach(row => row.Species = "ash");
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(_context).Fit(Blobs.Load(_context, rows))).Message;
        Assert.Contains("the label column 'Label' has one class, but a classifier needs at least 2. Give rows of other classes, too, and fit MapValueToKey to all of them.", message);
        Assert.Contains("see that separatorChar and hasHeader of the text loader are those of the file", message);
    }

    /// <summary>Without its separator a line is one column: the others are empty, the label among them.</summary>
    [TestMethod]
    public void LabelsThatWereNotReadAreToldAsSuch()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(0, 12).Select(i => $"{i % 5},{i % 3},class {i % 2}"));
            Assert.Contains("none of the 12 training rows is usable", Problem(path));
            Assert.Contains("separatorChar and hasHeader of the text loader", Problem(path));
            File.WriteAllText(path, "");
            Assert.Contains("the training data has no rows", Problem(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private string Problem(string path)
    {
        var columns = new TextLoader.Column[] { new("Features", DataKind.Single, 0, 1), new("Name", DataKind.String, 2) };
        var data = _context.Data.LoadFromTextFile(path, new TextLoader.Options { Columns = columns });
        data = _context.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(data).Transform(data);
        return Assert.ThrowsExactly<InvalidOperationException>(() => new MlpTrainer(_context, hiddenLayers: [2]).Fit(data)).Message;
    }

    [TestMethod]
    public void AModelOfOtherClassesIsToldByTheKeys()
    {
        var start = new MlpTrainer(_context, hiddenLayers: [2], numberOfEpochs: 1).Fit(Blobs.Load(_context, 30)).Model;
        var two = Blobs.Load(_context, Blobs.Rows(30).Where(row => row.Species != "ash"));
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(_context, hiddenLayers: [2], numberOfEpochs: 1).Fit(two, start));
        Assert.AreEqual("modelParameters", exception.ParamName);
        Assert.Contains("its 3 classes are not the 2 that the keys of the label 'Label' stand for", exception.Message);
        Assert.DoesNotContain("layer", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void AModelWithAnotherSettingNamesIt()
    {
        var data = Blobs.Load(_context, 30);
        MlpTrainer Trainer(Activation activation) => new(_context, new MlpTrainer.Options { HiddenLayers = [2], NumberOfEpochs = 1, Activation = activation });
        string message = Assert.ThrowsExactly<ArgumentException>(() => Trainer(new Tanh()).Fit(data, Trainer(new LeakyReLU(0.2)).Fit(data).Model)).Message;
        Assert.Contains("in its layer 1 (dense) 'activation' is {\"kind\":\"leaky-relu\",\"slope\":0.2}, but the trainer's is {\"kind\":\"tanh\"}.", message);
    }

    private IEstimator<ITransformer> Splitting(TrainerCase trainer, double fraction, string? weight = null) => trainer.Create(_context, options =>
    {
        options.ValidationFraction = fraction;
        ((ITrainerInput)options).ExampleWeightColumnName = weight;
        if (options is PolynomialTrainer.Options polynomial)
        {
            polynomial.Solver = PolynomialSolver.GradientDescent;
        }
    });

    private sealed class Labelled
    {
        public float Label { get; set; }
    }
}
