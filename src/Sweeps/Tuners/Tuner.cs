namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// Proposes what to try next. A proposal is a function of the request alone, so that equal sweeps propose the same; a tuner keeps no state.
/// </summary>
public abstract class Tuner
{
    /// <summary>The name, with its settings, as the journal tells it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether proposals depend on earlier trials. A sweep then waits until those that one may depend on are finished.</summary>
    public virtual bool LooksBack => false;

    /// <summary>Values for a trial, or null when nothing is left to try.</summary>
    /// <param name="request">What is known.</param>
    public abstract ParameterValues? Propose(TunerRequest request);
}
