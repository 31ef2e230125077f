using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <content>Operators of the domain ai.onnx.ml that are layers, as ML.NET and scikit-learn's converter write linear models and scalers. https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md.</content>
internal sealed partial class OnnxImport
{
    /// <summary>(x − offset) · scale.</summary>
    private void Scaler(OnnxNode node)
    {
        RequireRow(node);
        Add(node, new Normalization(), (Normalization.Mean, Each("offset", 0)), (Normalization.Scale, Each("scale", 1)));

        float[] Each(string name, float standard)
        {
            float[] values = node[name] is null ? [standard] : Numbers(node, name);
            return values.Length == _shape[0] ? values
                : values.Length == 1 && _shape[0] <= MostRepeated ? [.. Enumerable.Repeat(values[0], _shape[0])]
                : throw Refuse(node, string.Create(CultureInfo.InvariantCulture, $"its {name} has {values.Length} numbers, but there are {_shape[0]} features"));
        }
    }

    /// <summary>One output for each target or class.</summary>
    /// <param name="node">A LinearRegressor or LinearClassifier.</param>
    /// <param name="scores">The tensor of its scores.</param>
    /// <returns>That tensor.</returns>
    private string Linear(OnnxNode node, string scores)
    {
        RequireRow(node);
        int features = _shape[0];
        float[] coefficients = Numbers(node, "coefficients");
        int units = coefficients.Length / features;
        if (units == 0 || units * features != coefficients.Length)
        {
            throw Refuse(node, string.Create(CultureInfo.InvariantCulture, $"it has {coefficients.Length} coefficients, which are not as many for each of {features} features"));
        }

        float[]? intercepts = node["intercepts"] is null ? null : Numbers(node, "intercepts");
        AddDense(node, features, units, Reordered(coefficients, [features, units], [1, 0]), intercepts is { Length: > 0 } ? intercepts : null);
        switch (node["post_transform"]?.Text ?? "NONE")
        {
            case "NONE":
                break;
            case "SOFTMAX":
                EndOrAdd(scores, OutputLink.Softmax, () => Add(node, new SoftmaxLayer()));
                break;
            case "LOGISTIC":
                EndOrAdd(scores, OutputLink.Sigmoid, () => Activate(node, new Sigmoid()));
                break;
            case var other:
                throw Refuse(node, $"its post_transform is '{Excerpt.Of(other)}'; NONE, SOFTMAX and LOGISTIC are read");
        }

        return scores;
    }

    private void RequireRow(OnnxNode node)
    {
        if (_shape.Rank != 1 || _pooled)
        {
            throw Refuse(node, $"it takes rows of numbers, but its input is {_shape}");
        }
    }

    private static float[] Numbers(OnnxNode node, string attribute)
    {
        float[] values = [.. node[attribute]?.Numbers ?? []];
        return Array.TrueForAll(values, float.IsFinite) ? values : throw Refuse(node, $"its {attribute} has a number that is not finite");
    }
}
