using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using MLNet.GradientTrainers.DigitService.Models;
using MLNet.GradientTrainers.Hosting;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.DigitService.Training;

/// <summary>Learns the embedded digits with a small convolutional network.</summary>
internal sealed class DigitTrainingJob(IOptions<DigitServiceOptions> options, TrainingBoard board) : ITrainingJob
{
    /// <summary>The name of the job, the model and its store.</summary>
    public const string Name = "digits";

    /// <summary>The parameter of a run that says how many epochs it has.</summary>
    public const string Epochs = "epochs";

    /// <summary>The metric that decides which model serves.</summary>
    public const string Accuracy = "accuracy";

    /// <inheritdoc/>
    public Task<TrainingPlan> PrepareAsync(TrainingContext context, CancellationToken cancellationToken)
    {
        DigitTrainingOptions settings = options.Value.Training;
        DigitData digits = DigitData.Load(settings.Images);
        IDataView heldOut = context.MLContext.Data.LoadFromEnumerable(digits.HeldOut);
        var trainer = context.Connect(new CnnTrainer.Options
        {
            Layers =
            [
                Conv2D(16, 5, padding: 2, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
                Conv2D(32, 3, padding: 1, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
                Conv2D(64, 3, padding: 1, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
                Flatten(), Dropout(0.3),
            ],

            // Hands differ more than the embedded digits do: in slant, in size, in what counts as the middle.
            Augmentation = new ImageAugmentation { Shift = 1, Rotation = 15, Scale = 0.15, Noise = 0.2, FillValue = 0 },
            FeatureScaling = FeatureScaling.None,
            Optimizer = new Adam(),
            NumberOfEpochs = context.Parameters.TryGetValue(Epochs, out string? epochs) ? int.Parse(epochs, CultureInfo.InvariantCulture) : settings.Epochs,
            BatchSize = 64,
            ValidationSet = heldOut,
            NumberOfThreads = settings.Threads,
            Device = ComputeDevice.Cpu,
            OnBatch = progress => board.Tell(context.Run, progress),
        });
        return Task.FromResult(new TrainingPlan(context.MLContext.Data.LoadFromEnumerable(digits.Train), context.MLContext.MulticlassClassification.Trainers.Cnn(trainer))
        {
            HeldOut = heldOut,
            Settings = $"three convolutions with 16, 32 and 64 filters; {trainer.NumberOfEpochs} epochs on {digits.Train.Count} digits",
        });
    }
}
