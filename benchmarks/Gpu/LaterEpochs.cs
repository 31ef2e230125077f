using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>The time of an epoch once all is warm: on a device the first one compiles kernels and uploads the rows.</summary>
internal static class LaterEpochs
{
    /// <summary>Trains, and takes the median of the epochs after the first.</summary>
    /// <param name="backend">Where.</param>
    /// <param name="definition">The network.</param>
    /// <param name="data">The rows.</param>
    /// <param name="options">The batch size and how to train; the epochs are set here.</param>
    /// <param name="epochs">Epochs, at least 2.</param>
    /// <param name="onEpoch">Called after each epoch, outside the time taken.</param>
    public static double Seconds(IBackend<float> backend, NetworkDefinition definition, TrainingData data, TrainingOptions options, int epochs, Action? onEpoch = null)
    {
        using var network = new Network<float>(definition, backend, options.BatchSize!.Value, training: true);
        network.Load(NetworkWeights.Initialize(definition, 1));
        var seconds = new List<double>();
        long started = Stopwatch.GetTimestamp();
        new TrainingLoop<float>(network, options with
        {
            NumberOfEpochs = epochs,
            OnEpoch = epoch =>
            {
                if (epoch.Epoch > 1)
                {
                    seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }

                onEpoch?.Invoke();
                started = Stopwatch.GetTimestamp();
            },
        }).Run(data);
        return Runner.Median(seconds);
    }
}
