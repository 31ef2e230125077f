namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The points of a grid over a space in their order: the last parameter changes fastest, and an option brings the combinations of its own parameters.</summary>
/// <param name="space">The space.</param>
/// <param name="steps">Values of a range that has as many, at least 1.</param>
internal sealed class GridPoints(SearchSpace space, int steps)
{
    /// <summary>Number of points; <see cref="long.MaxValue"/> for more than can be counted.</summary>
    public long Count { get; } = Points(space, steps);

    /// <summary>A point.</summary>
    /// <param name="index">In [0, <see cref="Count"/>).</param>
    public ParameterValues this[long index]
    {
        get
        {
            var pending = new Dictionary<string, long>(StringComparer.Ordinal);
            Split(space, "", index, pending);
            return space.Walk((name, parameter) =>
            {
                var values = parameter.Grid(steps);
                long rest = pending[name];
                if (parameter is not Choice)
                {
                    return values[(int)rest];
                }

                foreach (var option in values.Cast<ChoiceOption>())
                {
                    long points = Points(option.Space, steps);
                    if (rest < points)
                    {
                        Split(option.Space, $"{name}.{option.Label}.", rest, pending);
                        return option;
                    }

                    rest -= points;
                }

                throw new InvalidOperationException($"The grid has no point {index}.");
            });
        }
    }

    /// <summary>All points once, beginning at a place in [0, 1) of the order.</summary>
    public IEnumerable<ParameterValues> From(double place)
    {
        long first = (long)(place * Count);
        for (long i = 0; i < Count; i++)
        {
            yield return this[(i + first) % Count];
        }
    }

    /// <summary>The part of an index that each parameter of one level has.</summary>
    private void Split(SearchSpace level, string prefix, long index, Dictionary<string, long> parts)
    {
        foreach (var parameter in level.Parameters.Reverse())
        {
            long points = Points(parameter, steps);
            parts[prefix + parameter.Name] = index % points;
            index /= points;
        }
    }

    private static long Points(SearchSpace space, int steps) =>
        space.Parameters.Aggregate(1L, (product, parameter) => Product(product, Points(parameter, steps)));

    private static long Points(SearchParameter parameter, int steps) => parameter switch
    {
        Choice choice => choice.Options.Aggregate(0L, (sum, option) => Points(option.Space, steps) is var more && sum > long.MaxValue - more ? long.MaxValue : sum + more),
        IntegerRange range when range.Count <= steps => range.Count,
        _ => parameter.Grid(steps).Count,
    };

    private static long Product(long a, long b) => a > long.MaxValue / b ? long.MaxValue : a * b;
}
