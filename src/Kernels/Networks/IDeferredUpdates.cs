namespace MLNet.GradientTrainers.Kernels;

/// <summary>Updates of the first layer's weights that have been put off. A network has them done before anyone sees such a weight.</summary>
internal interface IDeferredUpdates
{
    /// <summary>Brings all weights up to date.</summary>
    void Finish();

    /// <summary>Brings the weights of some inputs up to date.</summary>
    void Finish(ReadOnlySpan<int> inputs);
}
