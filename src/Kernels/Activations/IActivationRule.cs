namespace MLNet.GradientTrainers.Kernels;

/// <summary>The element rule of an activation: what every back end's loop or kernel calls.</summary>
public interface IActivationRule
{
    /// <summary>
    /// True when <see cref="Backward"/> reads the input x. When false it reads only the output y, the input need not be kept,
    /// and the activation can be applied in place.
    /// </summary>
    static abstract bool NeedsInput { get; }

    /// <summary>y = f(x).</summary>
    TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane>;

    /// <summary>∂loss/∂x from the input x (anything when <see cref="NeedsInput"/> is false), the output y and ∂loss/∂y.</summary>
    TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane>;
}
