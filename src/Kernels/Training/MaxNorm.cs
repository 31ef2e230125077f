using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Keeps the weights that feed each unit within a length: <see cref="TrainingOptions.MaxNorm"/>.</summary>
internal sealed class MaxNorm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IBackend<T> _backend;
    private readonly (Tensor<T> Weights, int Units)[] _matrices;
    private readonly T _limit;

    public MaxNorm(Network<T> network, double limit)
    {
        _backend = network.Backend;
        _limit = T.CreateTruncating(limit);
        _matrices =
        [
            .. network.Definition.Parameters
                .Where(slot => slot.Spec.ColumnsFeedUnits && network.Layers.GradientOf(slot) is not null)
                .Select(slot => (network.Parameters.Slice(slot.Offset, slot.Length), slot.Spec.Dimensions[^1]))
        ];
    }

    /// <summary>Shortens what is too long.</summary>
    public void Apply()
    {
        foreach ((Tensor<T> weights, int units) in _matrices)
        {
            _backend.LimitColumnNorms(_limit, weights, weights.Length / units, units);
        }
    }
}
