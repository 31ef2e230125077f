namespace MLNet.GradientTrainers.Kernels;

/// <summary>A linear model in double: prediction = bias + Σ wⱼ · xⱼ. Immutable.</summary>
public sealed class LinearModel
{
    private readonly double[] _weights;

    /// <summary>Creates a model; the weights are copied.</summary>
    /// <param name="weights">One weight for each feature.</param>
    /// <param name="bias">What is predicted where all features are 0.</param>
    public LinearModel(ReadOnlySpan<double> weights, double bias)
    {
        _weights = weights.ToArray();
        Bias = bias;
    }

    /// <summary>One weight for each feature.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>What is predicted where all features are 0.</summary>
    public double Bias { get; }

    /// <summary>The prediction for one row.</summary>
    /// <param name="features">As many numbers as there are weights.</param>
    /// <exception cref="ArgumentException">The number of features is another one.</exception>
    public double Predict(ReadOnlySpan<double> features)
    {
        if (features.Length != _weights.Length)
        {
            throw new ArgumentException($"The model has {_weights.Length} weights, but the row has {features.Length} features.", nameof(features));
        }

        double sum = Bias;
        for (int j = 0; j < features.Length; j++)
        {
            sum += _weights[j] * features[j];
        }

        return sum;
    }

    /// <summary>
    /// The largest of |bias| + Σ |wⱼ · xⱼ| over some rows: no prediction of them is larger, nor any sum on the way to it, in whatever order. Where weights are to be kept in single
    /// precision, it must be at most <see cref="float.MaxValue"/>.
    /// </summary>
    /// <param name="data">Rows with as many features as there are weights.</param>
    /// <exception cref="ArgumentException">The number of features is another one.</exception>
    public double LargestSum(LinearData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Width != _weights.Length)
        {
            throw new ArgumentException($"The model has {_weights.Length} weights, but the rows have {data.Width} features.", nameof(data));
        }

        return Math.Abs(Bias) + LinearKernel.Create(data, new MeanSquaredError()).LargestProducts(_weights);
    }
}
