using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A training history in a model file.</summary>
internal static class HistoryFormat
{
    public static void Write(BinaryWriter writer, TrainingHistory history)
    {
        writer.Write(history.Epochs.Count);
        foreach (var epoch in history.Epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.TrainingLoss);
            writer.Write(epoch.TrainingMetric);
            writer.Write(epoch.ValidationLoss);
            writer.Write(epoch.ValidationMetric);
            writer.Write(epoch.Seconds);
            writer.Write(epoch.LearningRate);
        }
    }

    /// <param name="reader">The file.</param>
    /// <param name="metric">What the history of such a model measures beside the loss.</param>
    public static TrainingHistory Read(BinaryReader reader, Metric metric)
    {
        int count = reader.ReadInt32();
        var epochs = new List<EpochRecord>();
        for (int i = 0; i < count; i++)
        {
            epochs.Add(new EpochRecord(
                reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        }

        return new TrainingHistory(metric, epochs);
    }
}
