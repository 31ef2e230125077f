namespace MLNet.GradientTrainers.Kernels;

/// <summary>The element rule of an optimizer: the update of one weight. Clipping, penalties and weight decay have already been applied.</summary>
/// <remarks>A struct of plain numbers, which a device can be handed. Mark a rule of more than a few operations with <c>MethodImplOptions.AggressiveInlining</c>: else the loop calls it for every group of weights.</remarks>
public interface IUpdateRule
{
    /// <summary>How many numbers of state each weight has: 0 to 3. Unused ones are not read nor written.</summary>
    static abstract int StateCount { get; }

    /// <summary>Updates a weight and its state from its gradient.</summary>
    void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>;
}
