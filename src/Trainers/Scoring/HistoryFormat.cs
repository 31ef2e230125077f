using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A training history in a model file.</summary>
internal static class HistoryFormat
{
    /// <summary>The most epochs that a file keeps: a longer history is thinned out evenly, and the last epoch stays.</summary>
    public const int MaxEpochs = 1 << 20;

    public static void Write(BinaryWriter writer, TrainingHistory history)
    {
        var epochs = history.Epochs;
        int step = Math.Max(1, (epochs.Count + MaxEpochs - 1) / MaxEpochs);
        int count = (epochs.Count + step - 1) / step;
        writer.Write(count);
        for (int i = 0; i < count; i++)
        {
            var epoch = epochs[epochs.Count - 1 - ((count - 1 - i) * step)];
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
        if (count is < 0 or > MaxEpochs)
        {
            throw new InvalidDataException($"it tells a history of {count} epochs");
        }

        var epochs = new List<EpochRecord>();
        for (int i = 0; i < count; i++)
        {
            epochs.Add(new EpochRecord(
                reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        }

        return new TrainingHistory(metric, epochs);
    }
}
