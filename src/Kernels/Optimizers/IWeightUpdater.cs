using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What an optimizer hands its rule to: a back end, which updates all weights at once, or what stands before it and puts some of them off.</summary>
/// <typeparam name="T">Element type.</typeparam>
public interface IWeightUpdater<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>One optimizer step: g ← clip(scale · g) + L2 · w + L1 · sign(w), then w ← w − decay · w, then the rule; with a clip of the norm, scale · its factor, or nothing at all.</summary>
    void Update<TRule>(TRule rule, in UpdatePass<T> pass)
        where TRule : unmanaged, IUpdateRule;
}

/// <summary>One step of an optimizer, kept to be taken later.</summary>
/// <typeparam name="TRule">The optimizer's rule.</typeparam>
/// <param name="Rule">The rule of this step.</param>
/// <param name="Transform">What is done before it.</param>
public readonly record struct UpdateStep<TRule>(TRule Rule, GradientTransform Transform)
    where TRule : unmanaged, IUpdateRule;
