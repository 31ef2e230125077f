using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>The parameters of a trained model.</summary>
public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected ModelParametersBase(IHostEnvironment env, string name)
    {
        Contracts.CheckValue(env, nameof(env));
        Host = env.Register(name);
    }

    private protected IHost Host { get; }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        SaveCore(ctx);
    }

    private protected abstract void SaveCore(ModelSaveContext ctx);
}

/// <summary>Computes a Single from a vector of features: what a scorer needs of a model.</summary>
internal interface IFeatureScorer
{
    int FeatureCount { get; }
    float Score(in VBuffer<float> features);
}

/// <summary>A model whose score is Bias + Σ Weights[i] · feature[i].</summary>
public abstract class LinearModelParameters : ModelParametersBase<float>, ICalculateFeatureContribution, IFeatureContributionMapper, IFeatureScorer
{
    private readonly float[] _weights;

    internal LinearModelParameters(IHostEnvironment env, string name, in VBuffer<float> weights, float bias) : base(env, name)
    {
        _weights = [.. weights.DenseValues()];
        Contracts.CheckParam(_weights.All(float.IsFinite), nameof(weights), "Cannot initialize linear predictor with non-finite weights");
        Contracts.CheckParam(float.IsFinite(bias), nameof(bias), "Cannot initialize linear predictor with non-finite bias");
        Bias = bias;
    }

    public IReadOnlyList<float> Weights => new WeightsView(_weights);

    public float Bias { get; protected set; }

    FeatureContributionCalculator ICalculateFeatureContribution.FeatureContributionCalculator => new(this);

    int IFeatureScorer.FeatureCount => _weights.Length;

    float IFeatureScorer.Score(in VBuffer<float> features)
    {
        CheckLength(features.Length);
        float sum = 0;
        foreach (var (index, value) in features.Items())
            sum += _weights[index] * value;
        return Bias + sum;
    }

    VBuffer<float> IFeatureContributionMapper.Contributions(in VBuffer<float> features)
    {
        CheckLength(features.Length);
        var contributions = new float[features.Length];
        foreach (var (index, value) in features.Items())
            contributions[index] = _weights[index] * value;
        return new VBuffer<float>(contributions.Length, contributions);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.Writer.Write(Bias);
        ctx.Writer.Write(_weights.Length);
        foreach (float weight in _weights)
            ctx.Writer.Write(weight);
    }

    private protected static (VBuffer<float> Weights, float Bias) Read(BinaryReader reader)
    {
        float bias = reader.ReadSingle();
        int count = reader.ReadInt32();
        Contracts.CheckDecode(count >= 0, "Corrupt linear model: a negative number of weights.");
        // Grows with what is really there.
        var weights = new List<float>();
        for (int i = 0; i < count; i++)
            weights.Add(reader.ReadSingle());
        Contracts.CheckDecode(float.IsFinite(bias) && weights.TrueForAll(float.IsFinite), "Corrupt linear model: a weight is not finite.");
        return (new VBuffer<float>(count, [.. weights]), bias);
    }

    private void CheckLength(int length)
    {
        if (length != _weights.Length)
            throw Contracts.Mark(new InvalidOperationException($"Input is of length {length}, but predictor expected length {_weights.Length}"));
    }

    private sealed class WeightsView(float[] weights) : IReadOnlyList<float>
    {
        public int Count => weights.Length;

        public float this[int index]
        {
            get
            {
                Contracts.CheckParam((uint)index < (uint)weights.Length, nameof(index), "Out of range");
                return weights[index];
            }
        }

        public IEnumerator<float> GetEnumerator() => ((IEnumerable<float>)weights).GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

public abstract class RegressionModelParameters : LinearModelParameters
{
    private protected RegressionModelParameters(IHostEnvironment env, string name, in VBuffer<float> weights, float bias) : base(env, name, weights, bias) { }
}
