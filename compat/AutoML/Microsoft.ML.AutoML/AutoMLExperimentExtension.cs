using static Microsoft.ML.DataOperationsCatalog;

namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
        {
            throw new NotSupportedException("The stand-in takes all rows.");
        }

        experiment.Services.AddSingleton<IDatasetManager>(_ => new TrainValidateDatasetManager(train, validation));
        return experiment;
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, TrainTestData trainValidationSplit) => experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10, string samplingKeyColumnName = null)
    {
        experiment.Services.AddSingleton<IDatasetManager>(_ => new CrossValidateDatasetManager { Dataset = dataset, Fold = fold, SamplingKeyColumnName = samplingKeyColumnName });
        return experiment;
    }

    public static AutoMLExperiment SetMulticlassClassificationMetric(this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.SetMetric(new MulticlassMetricManager(metric, labelColumn, predictedColumn));

    public static AutoMLExperiment SetRegressionMetric(this AutoMLExperiment experiment, RegressionMetric metric, string labelColumn = "Label", string scoreColumn = "Score") =>
        experiment.SetMetric(new RegressionMetricManager(metric, labelColumn, scoreColumn));

    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchspaceName, pipeline.SearchSpace);
        experiment.Services.AddSingleton(_ => pipeline);
        return experiment.SetTrialRunner<SweepablePipelineRunner>().SetRandomSearchTuner();
    }

    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) => experiment.SetTuner(provider =>
    {
        var settings = (AutoMLExperiment.AutoMLExperimentSettings)provider.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings));
        return new RandomSearchTuner(settings.SearchSpace, seed ?? settings.Seed);
    });

    private static AutoMLExperiment SetMetric(this AutoMLExperiment experiment, IEvaluateMetricManager manager)
    {
        experiment.Services.AddSingleton<IMetricManager>(_ => manager);
        experiment.Services.AddSingleton(_ => manager);
        return experiment;
    }
}
