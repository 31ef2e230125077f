namespace MLNet.GradientTrainers.Kernels;

/// <summary>The rule of a loss that is a sum over single outputs.</summary>
public interface ILossRule
{
    /// <summary>The loss of one output.</summary>
    TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>;

    /// <summary>∂<see cref="Value"/>/∂prediction.</summary>
    TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>;
}
