namespace MLNet.GradientTrainers.Kernels;

/// <content>
/// What a graph ends with: an operator that makes scores of outputs, and constants that outputs are multiplied with or shifted by, such as the calibration of a classifier or the unit of a label.
/// </content>
internal sealed partial class OnnxImport
{
    private const int ToSingle = 1;
    private const int ToDouble = 11;

    /// <summary>Whether a node only changes the precision, which is that of the engine here.</summary>
    private static bool IsCast(OnnxNode node) => node.Integer("to", 0) is ToSingle or ToDouble;

    /// <summary>Whether nothing that computes comes behind a tensor.</summary>
    private bool IsLast(string tensor)
    {
        for (int step = 0; step < MostSteps && tensor != _graph.Output; step++)
        {
            if (_graph.Consumers(tensor) is not [{ Operation: "Identity" or "Cast", Outputs.Count: 1 } node] || (node.Operation == "Cast" && !IsCast(node)))
            {
                return false;
            }

            tensor = node.Output;
        }

        return true;
    }

    /// <summary>An operator that ends the graph makes scores of outputs, and is what losses expect to be left out.</summary>
    private void EndOrAdd(string tensor, OutputLink link, Action add)
    {
        if (IsLast(tensor) && _shape.Rank == 1 && _layers.Count > 0)
        {
            _link = link;
        }
        else
        {
            add();
        }
    }

    /// <summary>
    /// Puts the constants at the end into the weights of the dense layer before them, of an ensemble into those of each member: (h·W + b − mean) · scale is another W and b. The layer stays the head
    /// that is trained further, and losses see the outputs that scores are made of.
    /// </summary>
    private void FoldEnd()
    {
        int last = _layers.FindLastIndex(layer => layer.Layer is not Normalization);
        if (last < 0 || last == _layers.Count - 1 || Head(_layers[last].Layer) is not { Activation: Identity } dense)
        {
            return;
        }

        double[] scale = new double[dense.Units];
        double[] shift = new double[dense.Units];
        scale.AsSpan().Fill(1);
        foreach ((_, (string Name, float[] Values)[] parameters) in _layers.Skip(last + 1))
        {
            float[] mean = parameters.First(parameter => parameter.Name == Normalization.Mean).Values;
            float[] factor = parameters.First(parameter => parameter.Name == Normalization.Scale).Values;
            for (int unit = 0; unit < scale.Length; unit++)
            {
                (scale[unit], shift[unit]) = (scale[unit] * factor[unit], (shift[unit] - mean[unit]) * factor[unit]);
            }
        }

        (Layer layer, (string Name, float[] Values)[] own) = _layers[last];
        Dense biased = dense with { UseBias = true };
        Layer folded = layer is Ensemble ensemble ? new Ensemble([.. ensemble.Layers.SkipLast(1), biased], ensemble.Members) : biased;
        string[] heads = layer is Ensemble { Layers: var layers, Members: var members } ? [.. Enumerable.Range(0, members).Select(member => Ensemble.ParameterName(member, layers.Count - 1, ""))] : [""];
        List<(string Name, float[] Values)> changed = [.. own];
        foreach (string head in heads)
        {
            string bias = $"{head}bias";
            if (!dense.UseBias)
            {
                changed.Add((bias, new float[dense.Units]));
            }

            for (int i = 0; i < changed.Count; i++)
            {
                (string name, float[] values) = changed[i];
                if (name == $"{head}weight" || name == bias)
                {
                    changed[i] = (name, [.. values.Select((value, at) => (float)((value * scale[at % dense.Units]) + (name == bias ? shift[at % dense.Units] : 0)))]);
                }
            }
        }

        if (changed.Exists(parameter => !Array.TrueForAll(parameter.Values, float.IsFinite)))
        {
            throw new NotSupportedException($"The ONNX file's output '{Excerpt.Of(_graph.Output)}' can't be taken: the constants behind its last layer make weights that are beyond what a Single holds.");
        }

        _layers.RemoveRange(last, _layers.Count - last);
        _layers.Add((folded, [.. changed]));
    }

    private static Dense? Head(Layer layer) => layer as Dense ?? (layer is Ensemble ensemble ? ensemble.Layers[^1] as Dense : null);
}
