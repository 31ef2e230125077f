namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Rows that differ from epoch to epoch, for example augmented images. The training loop asks for each epoch's rows; whoever reads this source itself (validation, prediction, checks
/// of the data) gets the plain ones.
/// </summary>
public interface IEpochRowSource : IRowSource<float>
{
    /// <summary>The rows of an epoch: a function of the epoch's number alone, in whatever order and on whatever threads they are read.</summary>
    /// <param name="epoch">From 1.</param>
    IRowSource<float> ForEpoch(int epoch);
}
