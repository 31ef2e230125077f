namespace MLNet.GradientTrainers.Kernels;

/// <summary>A back end that keeps weights which change no more in the order in which its products read them, so that no call has to make it.</summary>
internal interface IFixedWeights
{
    /// <summary>Takes a copy of a layer's weights for <see cref="IBackend{T}.Affine"/>, which gives the same bits with it. It lives as long as the back end.</summary>
    /// <param name="weights">Inputs × outputs. Not to be changed any more.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Its outputs.</param>
    void Fix(Tensor<float> weights, int inputs, int outputs);
}
