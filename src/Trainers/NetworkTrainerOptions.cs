using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of networks share. The default optimizer is Adam with learning rate 0.001.</summary>
public abstract record NetworkTrainerOptions : TrainingOptions, ITrainerInput
{
    [SetsRequiredMembers]
    private protected NetworkTrainerOptions(Loss loss)
    {
        Loss = loss;
        Optimizer = new Adam();
        NumberOfEpochs = null;
        BatchSize = null;
    }

    /// <inheritdoc/>
    public string LabelColumnName { get; set; } = DefaultColumns.Label;

    /// <inheritdoc/>
    public string FeatureColumnName { get; set; } = DefaultColumns.Features;

    /// <inheritdoc/>
    public string? ExampleWeightColumnName { get; set; }

    /// <inheritdoc/>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Threads to compute with, at least 1; null for all cores. The result is the same for any number. More than four times the cores, or 16 where that is more, count as so
    /// many, and where the system refuses a thread, as in a container whose processes are limited, training goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>What computes. Default: the fastest one of this machine.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    /// <summary>The options with what they leave open chosen by the rows.</summary>
    /// <param name="rows">Training rows, at least 1.</param>
    internal virtual NetworkTrainerOptions Chosen(int rows) => this with { NumberOfEpochs = NumberOfEpochs ?? 20, BatchSize = BatchSize ?? 128 };

    /// <summary>The network for a feature column of these dimensions.</summary>
    internal abstract NetworkDefinition Define(TensorShape features, int outputs);

    /// <summary>The order of the numbers of images in a feature column of these dimensions.</summary>
    internal virtual ImageLayout Layout(TensorShape features) => ImageLayout.ChannelsFirst;

    /// <summary>What is done to training images of a shape; null for nothing. The channel is told what is chosen.</summary>
    internal virtual ImageAugmentation? Augments(TensorShape images, IChannel channel) => null;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        TrainerInput.Validate(this, ValidationFraction, Require);
        Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads, "at least 1, or null for all cores");
        Require(Enum.IsDefined(Backend), nameof(Backend), Backend, $"one of {string.Join(", ", Enum.GetNames<BackendKind>())}");
    }
}
