using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>ML.NET's transforms that make Features of a <see cref="Home"/>, and each of our trainers of tables behind them.</summary>
internal static class HomePipelines
{
    /// <summary>Area, rooms, district and the note's words: about 250 slots, most of them 0 in a row.</summary>
    public static IEstimator<ITransformer> AllFeatures(MLContext context) =>
        FewFeatures(context)
            .Append(context.Transforms.Text.FeaturizeText("Words", "Note"))
            .Append(context.Transforms.Concatenate("Features", "Features", "Words"));

    /// <summary>Area, rooms and district: six slots.</summary>
    public static IEstimator<ITransformer> FewFeatures(MLContext context) =>
        context.Transforms.ReplaceMissingValues("Size", "Area", MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(context.Transforms.NormalizeMinMax("Size"))
            .Append(context.Transforms.NormalizeMinMax("RoomCount", "Rooms"))
            .Append(context.Transforms.Categorical.OneHotEncoding("Place", "District"))
            .Append(context.Transforms.Concatenate("Features", "Size", "RoomCount", "Place"));

    /// <summary>A trainer of numbers by the name of its method; it learns the price.</summary>
    public static IEstimator<ITransformer> Trainer(MLContext context, string name)
    {
        var trainers = context.Regression.Trainers;
        return name switch
        {
            "Mlp" => trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureScaling = FeatureScaling.None, HiddenLayers = [16], LearningRate = 0.02, NumberOfEpochs = 60, BatchSize = 16, Seed = 1 }),
            "Polynomial" => trainers.Polynomial("Price", degree: 2),
            "GradientDescent" => trainers.GradientDescent("Price", learningRate: 0.3, numberOfEpochs: 1000),
            "Sgd" => trainers.Sgd(new SgdTrainer.Options { LabelColumnName = "Price", LearningRate = 0.03, NumberOfEpochs = 30, Seed = 1 }),
            "MiniBatchSgd" => trainers.MiniBatchSgd(new MiniBatchSgdTrainer.Options { LabelColumnName = "Price", LearningRate = 0.1, NumberOfEpochs = 100, BatchSize = 16, Seed = 1 }),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not a trainer of numbers."),
        };
    }

    /// <summary>The trainer behind as many features as it takes: a polynomial of 250 would have 30,000 terms.</summary>
    public static IEstimator<ITransformer> Regression(MLContext context, string trainer) =>
        (trainer == "Polynomial" ? FewFeatures(context) : AllFeatures(context)).Append(Trainer(context, trainer));

    public static readonly string[] RegressionTrainers = ["Mlp", "Polynomial", "GradientDescent", "Sgd", "MiniBatchSgd"];

    /// <summary>The classifier, from the kind's name to the predicted kind's name.</summary>
    public static IEstimator<ITransformer> Classifier(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(AllFeatures(context))
            .Append(context.MulticlassClassification.Trainers.Mlp(hiddenLayers: [16], learningRate: 0.02, numberOfEpochs: 15, batchSize: 32))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedKind", "PredictedLabel"));

    /// <summary>Features, and as labels the kind as a key, whether it is a villa, and whether it is a flat or a villa.</summary>
    public static IEstimator<ITransformer> WithAnswers(MLContext context) => FewFeatures(context)
        .Append(context.Transforms.Conversion.MapValueToKey("Label", "Kind"))
        .Append(context.Transforms.Conversion.MapValue("IsVilla", new Dictionary<string, bool> { ["flat"] = false, ["house"] = false, ["villa"] = true }, "Kind"))
        .Append(context.Transforms.Conversion.MapValue("IsFlat", new Dictionary<string, bool> { ["flat"] = true, ["house"] = false, ["villa"] = false }, "Kind"))
        .Append(context.Transforms.Concatenate("Kinds", "IsFlat", "IsVilla"));

    /// <summary>Trainers of answers of yes or no, of several at once, and ML.NET's own that make classes of such.</summary>
    public static IEnumerable<(string Name, IEstimator<ITransformer> Trainer)> Answers(MLContext context)
    {
        var options = new MlpBinaryTrainer.Options { LabelColumnName = "IsVilla", HiddenLayers = [8], NumberOfEpochs = 2, Seed = 1, Threshold = DecisionThreshold.BestF1 };
        yield return ("Binary", context.BinaryClassification.Trainers.Mlp(options));
        yield return ("MultiLabel", context.BinaryClassification.Trainers.MlpMultiLabel(new MlpMultiLabelTrainer.Options { LabelColumnName = "Kinds", HiddenLayers = [8], NumberOfEpochs = 2, Seed = 1, LabelWeights = LabelWeights.Balanced }));
        yield return ("OneVersusAll", context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.Mlp(options with { LabelColumnName = "Label" })));
        yield return ("PairwiseCoupling", context.MulticlassClassification.Trainers.PairwiseCoupling(context.BinaryClassification.Trainers.Mlp(options with { LabelColumnName = "Label" })));
    }

    public static IDataView Load(MLContext context, int count = 300, int seed = 1) => context.Data.LoadFromEnumerable(Home.List(count, seed));

    /// <summary>Scores of all rows, one after another, whether each is a Single or a vector.</summary>
    public static float[] Scores(ITransformer model, IDataView data)
    {
        var scored = model.Transform(data);
        return scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").SelectMany(s => s)]
            : [.. scored.GetColumn<float>("Score")];
    }
}
