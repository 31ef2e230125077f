using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A network of one dense layer, behind scales or none, as weights of the features as they come; of several members the mean.</summary>
/// <param name="Weights">For each output a weight for each feature.</param>
/// <param name="Biases">For each output.</param>
internal sealed record LinearNetwork(double[][] Weights, double[] Biases)
{
    private const string Weight = "weight";
    private const string Bias = "bias";

    /// <summary>Takes a network apart, its members and their scales.</summary>
    public static LinearNetwork Of(NetworkWeights network)
    {
        var members = NetworkMembers.Split(network);
        int inputs = network.Definition.InputShape.Size;
        int outputs = network.Definition.OutputShape.Size;
        var mean = new LinearNetwork([.. Enumerable.Range(0, outputs).Select(_ => new double[inputs])], new double[outputs]);
        foreach (var member in members)
        {
            int dense = member.Definition.Layers.Count - 1;
            (float[] Centres, float[] Factors)[] scales = [.. Enumerable.Range(0, dense).Reverse().Select(layer => (member[layer, Normalization.Mean].ToArray(), member[layer, Normalization.Scale].ToArray()))];
            float[] weights = member[dense, Weight].ToArray();
            float[] biases = member[dense, Bias].ToArray();
            for (int k = 0; k < outputs; k++)
            {
                double bias = biases[k];
                for (int j = 0; j < inputs; j++)
                {
                    double weight = weights[(j * outputs) + k];
                    foreach (var (centres, factors) in scales)
                    {
                        weight *= factors[j];
                        bias -= weight * centres[j];
                    }

                    mean.Weights[k][j] += weight / members.Count;
                }

                mean.Biases[k] += bias / members.Count;
            }
        }

        return mean;
    }

    /// <summary>Puts a network of one dense layer together.</summary>
    /// <param name="definition">The network.</param>
    public NetworkWeights ToNetwork(NetworkDefinition definition)
    {
        var network = new NetworkWeights(definition);
        var weights = network[0, Weight];
        var biases = network[0, Bias];
        for (int k = 0; k < Biases.Length; k++)
        {
            for (int j = 0; j < Weights[k].Length; j++)
            {
                weights[(j * Biases.Length) + k] = (float)Weights[k][j];
            }

            biases[k] = (float)Biases[k];
        }

        return network;
    }

    /// <summary>The same with outputs z ↦ slope · z + offset.</summary>
    public LinearNetwork Scaled(double slope, double offset) => new([.. Weights.Select(row => Array.ConvertAll(row, weight => slope * weight))], Array.ConvertAll(Biases, bias => (slope * bias) + offset));

    /// <summary>Throws when a number is beyond what a Single holds, as of features that differ by less than it can tell.</summary>
    public LinearNetwork Checked(TrainingRoles roles)
    {
        double largest = Weights.SelectMany(row => row).Concat(Biases).Max(Math.Abs);
        return largest <= float.MaxValue
            ? this
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{roles.Trainer}: a weight is {largest:G3}, beyond the {float.MaxValue:G3} that the Single numbers of a model hold: the features are too small. Normalise them with mlContext.Transforms.NormalizeMeanVariance(\"{roles.Features}\", fixZero: false)."));
    }
}
