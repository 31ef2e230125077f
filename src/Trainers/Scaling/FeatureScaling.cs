namespace MLNet.GradientTrainers;

/// <summary>What a trainer does to features before it learns from them. Shifts and scales come from the training rows alone and are part of the model.</summary>
public enum FeatureScaling
{
    /// <summary>What the trainer measured best: each trainer's options say which.</summary>
    Auto,

    /// <summary>Nothing: features are taken as they come, and the pipeline scales them.</summary>
    None,

    /// <summary>(x − mean) / standard deviation.</summary>
    Standard,

    /// <summary>(x − median) / spread between quantiles, which a few outliers do not move.</summary>
    Robust,
}
