using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>Texts of a large vocabulary: FeaturizeText gives thousands of slots, nearly all of them 0 in a row, and our networks read them as they are.</summary>
[TestClass]
public sealed class SparseTextTests
{
    private static readonly string[] s_subjects = ["sea", "wood", "town"];

    [TestMethod]
    public void TextsAreLearnedAndScoredAsTheirDenseRowsAre()
    {
        var context = new MLContext(seed: 1);
        var split = context.Data.TrainTestSplit(context.Data.LoadFromEnumerable(Texts(600)), testFraction: 0.25);
        var features = context.Transforms.Conversion.MapValueToKey("Label", "Subject").Append(context.Transforms.Text.FeaturizeText("Features", "Text")).Fit(split.TrainSet);
        var trainer = context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { FeatureScaling = FeatureScaling.None, HiddenLayers = [16], NumberOfEpochs = 6, LearningRate = 0.01, BatchSize = 32, Seed = 1 });
        var model = trainer.Fit(features.Transform(split.TrainSet));
        var chain = features.Append(model);

        int slots = ((VectorDataViewType)features.Transform(split.TrainSet).Schema["Features"].Type).Size;
        Assert.IsGreaterThan(5000, slots);
        Assert.IsGreaterThan(0.9, context.MulticlassClassification.Evaluate(chain.Transform(split.TestSet)).MicroAccuracy);

        var dense = trainer.Fit(Dense(context, features, split.TrainSet, slots));
        float[] scores = HomePipelines.Scores(chain, split.TestSet);
        CollectionAssert.AreEqual(scores, HomePipelines.Scores(dense, Dense(context, features, split.TestSet, slots)));

        using var engine = context.Model.CreatePredictionEngine<Passage, Prediction>(chain);
        CollectionAssert.AreEqual(scores, context.Data.CreateEnumerable<Passage>(split.TestSet, false).SelectMany(passage => engine.Predict(passage).Score).ToArray());
        Assert.IsTrue(engine.Predict(new Passage { Text = "" }).Score.All(float.IsFinite), "a text without any word has no value at all");

        using var file = new MemoryStream();
        context.Model.Save(chain, split.TrainSet.Schema, file);
        CollectionAssert.AreEqual(scores, HomePipelines.Scores(new MLContext().Model.Load(file, out _), split.TestSet));
    }

    [TestMethod]
    public void TextsCrossValidate()
    {
        var context = new MLContext(seed: 1);
        var chain = context.Transforms.Conversion.MapValueToKey("Label", "Subject").Append(context.Transforms.Text.FeaturizeText("Features", "Text"))
            .Append(context.MulticlassClassification.Trainers.Mlp(hiddenLayers: [8], learningRate: 0.02, numberOfEpochs: 5, batchSize: 32));
        foreach (var fold in context.MulticlassClassification.CrossValidate(context.Data.LoadFromEnumerable(Texts(400)), chain, numberOfFolds: 2))
        {
            Assert.IsGreaterThan(0.8, fold.Metrics.MicroAccuracy);
        }
    }

    /// <summary>The same features, each row with all its zeros.</summary>
    private static IDataView Dense(MLContext context, ITransformer features, IDataView data, int slots)
    {
        var transformed = features.Transform(data);
        var schema = SchemaDefinition.Create(typeof(DenseRow));
        schema[nameof(DenseRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, slots);
        var rows = transformed.GetColumn<float[]>("Features").Zip(transformed.GetColumn<string>("Subject"), (values, subject) => new DenseRow { Features = values, Subject = subject }).ToList();
        var view = context.Data.LoadFromEnumerable(rows, schema);
        return context.Transforms.Conversion.MapValueToKey("Label", "Subject").Fit(view).Transform(view);
    }

    /// <summary>Ten made-up words each, some of them of the subject.</summary>
    private static IEnumerable<Passage> Texts(int count)
    {
        var random = new Random(1);
        string Word(int vocabulary, string mark)
        {
            int number = random.Next(vocabulary);
            return string.Concat(Enumerable.Range(0, 5).Select(i => (char)('a' + (((number * 31) + (number / 7 * i) + (i * i * 5)) % 26)))) + mark;
        }

        for (int i = 0; i < count; i++)
        {
            string subject = s_subjects[i % s_subjects.Length];
            yield return new Passage { Subject = subject, Text = string.Join(' ', Enumerable.Range(0, 10).Select(j => j < 3 ? Word(40, subject) : Word(4000, ""))) };
        }
    }

    private sealed class Passage
    {
        public string Subject { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class DenseRow
    {
        public string Subject { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
