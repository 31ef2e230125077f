using Microsoft.ML;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>What a trainer says about itself in its <c>Info</c>.</summary>
public static class TrainerInfos
{
    /// <summary>A trainer's characteristics. ML.NET's constructor is internal.</summary>
    /// <param name="needNormalization">Whether it learns better from features of like scale.</param>
    /// <param name="wantCaching">Whether it reads the data more than once.</param>
    /// <param name="supportsValidation">Whether it takes a validation set.</param>
    /// <param name="supportsIncrementalTraining">Whether it can continue from an earlier model.</param>
    public static TrainerInfo Create(bool needNormalization, bool wantCaching, bool supportsValidation, bool supportsIncrementalTraining)
        => new(needNormalization, calibration: false, wantCaching, supportsValidation, supportsIncrementalTraining);
}
