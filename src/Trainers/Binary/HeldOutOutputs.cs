using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What networks answer for rows that they were not trained on.</summary>
/// <param name="Outputs">The outputs.</param>
/// <param name="Answers">The rows' labels.</param>
/// <param name="Weights">The rows' weights.</param>
internal sealed record HeldOutOutputs(double[] Outputs, bool[] Answers, double[] Weights)
{
    private const int MostRowsAtOnce = 256;
    private const int MostValuesAtOnce = 1 << 22;

    /// <summary>How much the rows of an answer weigh together.</summary>
    public double Weight(bool answer) => Answers.Zip(Weights, (own, weight) => own == answer ? weight : 0).Sum();

    /// <summary>Computes the outputs of members of an ensemble: each member's for its own rows, or their mean where all have the same ones.</summary>
    /// <param name="members">The members' weights.</param>
    /// <param name="rows">The rows that each was not trained on; targets are <see cref="BinaryRows"/>.</param>
    /// <param name="ofClasses">What the rows' weights were multiplied with for false and true; null for nothing. It is taken off again, so that the rows count as they come.</param>
    public static HeldOutOutputs Of(IReadOnlyList<NetworkWeights> members, IReadOnlyList<TrainingData> rows, double[]? ofClasses)
    {
        var outputs = OfLabels(members, rows, yes: 0.5f)[0];
        return ofClasses is null ? outputs : outputs with { Weights = [.. outputs.Weights.Zip(outputs.Answers, (weight, answer) => ofClasses[answer ? 1 : 0] is var ofClass && ofClass == 0 ? weight : weight / ofClass)] };
    }

    /// <summary>The outputs for each of several labels, as <see cref="Of(IReadOnlyList{NetworkWeights}, IReadOnlyList{TrainingData}, double[])"/> has those of one.</summary>
    /// <param name="members">The members' weights.</param>
    /// <param name="rows">The rows that each was not trained on, with a target for each label.</param>
    /// <param name="yes">What the target of a yes is above.</param>
    public static IReadOnlyList<HeldOutOutputs> OfLabels(IReadOnlyList<NetworkWeights> members, IReadOnlyList<TrainingData> rows, float yes)
    {
        int labels = members[0].Definition.OutputShape.Size;
        double[][] each = [.. members.Zip(rows, Score)];
        var parts = rows;
        if (rows.All(part => ReferenceEquals(part, rows[0])))
        {
            (each, parts) = ([[.. Enumerable.Range(0, each[0].Length).Select(i => each.Average(outputs => outputs[i]))]], [rows[0]]);
        }

        var all = new List<(double[] Outputs, float[] Targets, double Weight)>();
        for (int part = 0; part < parts.Count; part++)
        {
            for (int row = 0; row < parts[part].Count; row++)
            {
                float[] targets = new float[labels];
                parts[part].Targets.Read([row], targets);
                all.Add((each[part][(row * labels)..((row + 1) * labels)], targets, parts[part].Weights.IsEmpty ? 1 : parts[part].Weights[row]));
            }
        }

        return [.. Enumerable.Range(0, labels).Select(label => new HeldOutOutputs(
            [.. all.Select(row => row.Outputs[label])], [.. all.Select(row => row.Targets[label] > yes)], [.. all.Select(row => row.Weight)]))];
    }

    private static double[] Score(NetworkWeights network, TrainingData rows)
    {
        int block = Math.Clamp(MostValuesAtOnce / rows.Features.Width, 1, MostRowsAtOnce);
        using var predictor = new Predictor(network, new PredictorOptions { MaxRows = block }, copy: false);
        var features = new float[block * rows.Features.Width];
        var outputs = new float[rows.Count * predictor.OutputSize];
        for (int start = 0; start < rows.Count; start += block)
        {
            int count = Math.Min(block, rows.Count - start);
            rows.Features.Read([.. Enumerable.Range(start, count)], features);
            predictor.Predict(features, count, outputs.AsSpan(start * predictor.OutputSize, count * predictor.OutputSize));
        }

        return Array.ConvertAll(outputs, output => (double)output);
    }
}
