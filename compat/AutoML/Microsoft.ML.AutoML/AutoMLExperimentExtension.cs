namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
        {
            throw new NotSupportedException("The stand-in takes all rows.");
        }

        experiment.Services.AddSingleton<IDatasetManager>(_ => new TwoSets(train, validation));
        return experiment;
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10, string samplingKeyColumnName = null)
    {
        experiment.Services.AddSingleton<IDatasetManager>(_ => new SetOfFolds { Dataset = dataset, Fold = fold, SamplingKeyColumnName = samplingKeyColumnName });
        return experiment;
    }

    public static AutoMLExperiment SetMulticlassClassificationMetric(this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.SetMetric(new FigureOfClasses(metric, labelColumn, predictedColumn));

    public static AutoMLExperiment SetRegressionMetric(this AutoMLExperiment experiment, RegressionMetric metric, string labelColumn = "Label", string scoreColumn = "Score") =>
        experiment.SetMetric(new FigureOfNumbers(metric, labelColumn, scoreColumn));

    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.Services.AddSingleton(_ => pipeline);
        return experiment.Search(pipeline.SearchSpace).SetTrialRunner(provider => new PlainRunner((Services)provider)).SetRandomSearchTuner();
    }

    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) => experiment.SetTuner(provider =>
    {
        var settings = (AutoMLExperiment.AutoMLExperimentSettings)provider.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings));
        return new DiceTuner(settings.SearchSpace, seed ?? settings.Seed);
    });

    private static AutoMLExperiment SetMetric(this AutoMLExperiment experiment, IEvaluateMetricManager manager)
    {
        experiment.Services.AddSingleton<IMetricManager>(_ => manager);
        experiment.Services.AddSingleton(_ => manager);
        return experiment;
    }
}
