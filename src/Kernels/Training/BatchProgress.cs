namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a batch belongs to.</summary>
public enum TrainingPhase
{
    /// <summary>The weights are being updated.</summary>
    Training,

    /// <summary>The validation data is being evaluated.</summary>
    Validation,
}

/// <summary>Tells that a batch is done.</summary>
/// <param name="Phase">Training or validation.</param>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Epochs wanted.</param>
/// <param name="Batch">Number of the batch in this phase, from 1.</param>
/// <param name="Batches">Batches in this phase.</param>
/// <param name="Loss">The batch's loss, reduced as the loss says, before its update; for a mean Σ weight · loss / (rows of the batch · mean weight of all rows).</param>
/// <param name="LearningRate">The rate of its update; of the last update during validation.</param>
/// <param name="RowsPerSecond">Rows of this phase so far by the time they took.</param>
public readonly record struct BatchProgress(
    TrainingPhase Phase, int Epoch, int Epochs, int Batch, int Batches, double Loss, double LearningRate, double RowsPerSecond);
