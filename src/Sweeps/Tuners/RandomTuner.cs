namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Draws each parameter by itself, uniformly on its scale.</summary>
/// <remarks>J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", 2012.</remarks>
public sealed class RandomTuner : Tuner
{
    /// <inheritdoc/>
    public override string Name => "random";

    /// <inheritdoc/>
    public override ParameterValues? Propose(TunerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.FirstNew(random => request.Space.Walk((_, parameter) => parameter.FromUnit(random.NextDouble())));
    }
}
