namespace MLNet.GradientTrainers.Kernels;

/// <content>Layers that are put together from several operators: those that ONNX has no operator for, or had none in older operator sets.</content>
internal sealed partial class OnnxImport
{
    /// <summary>Takes a layer of several nodes.</summary>
    /// <returns>The tensor behind it; null where there is none.</returns>
    private string? Composite(string x, IReadOnlyList<OnnxNode> next) => next.Count == 2 ? NormalizedRows(x, next) ?? PiecewiseLinear(x, next) : null;

    /// <summary>γ · (x − mean) / √(mean of squares + ε) + β, as it is written below operator set 17.</summary>
    private string? NormalizedRows(string x, IReadOnlyList<OnnxNode> next)
    {
        if (One(next, "ReduceMean") is not { } mean || One(next, "Sub") is not { } centred || centred.Inputs is not [var from, var taken] || from != x || taken != mean.Output
            || Only(mean.Output) != centred)
        {
            return null;
        }

        // The squares, by Mul or Pow, and the difference itself.
        IReadOnlyList<OnnxNode> both = _graph.Consumers(centred.Output);
        OnnxNode? square = both.Count != 2 ? null : both.FirstOrDefault(node =>
            (node.Operation == "Mul" && node.Inputs.All(input => input == centred.Output)) || (node.Operation == "Pow" && node.Inputs is [_, var power] && Single(power) == 2));
        OnnxNode? quotient = both.FirstOrDefault(node => node.Operation == "Div" && node.Inputs is [var above, _] && above == centred.Output);
        if (square is null || quotient is null || Only(square.Output) is not { Operation: "ReduceMean" } variance || Only(variance.Output) is not { Operation: "Add" } added
            || Scalar(added, variance.Output) is not { } epsilon || Only(added.Output) is not { Operation: "Sqrt" } root || Only(root.Output) != quotient || quotient.Inputs[1] != root.Output)
        {
            return null;
        }

        foreach (OnnxNode node in (OnnxNode[])[mean, variance])
        {
            long[] axes = [.. (node["axes"]?.Integers ?? Optional(node, 1)?.Integers() ?? []).Select(axis => axis < 0 ? axis + _shape.Rank + 1 : axis).Order()];
            if (_pooled || _channelsLast || node.Integer("keepdims", 1) == 0 || !axes.SequenceEqual(Enumerable.Range(1, _shape.Rank).Select(axis => (long)axis)))
            {
                throw Refuse(node, $"it begins a layer normalization over the dimensions [{string.Join(", ", axes)}], but layers here normalise all numbers of a row, {_shape}");
            }
        }

        if (_shape.Size > MostRepeated)
        {
            throw Refuse(quotient, $"its rows have {_shape.Size} numbers");
        }

        string y = quotient.Output;
        float[] scale = Affine(ref y, "Mul") ?? Ones(_shape.Size);
        float[] shift = Affine(ref y, "Add") ?? new float[_shape.Size];
        Visit(quotient);
        Add(quotient, new LayerNormalization(Rounded((float)epsilon)), ("scale", scale), ("shift", shift));
        return y;
    }

    /// <summary>A constant for each number of a row behind a tensor, in our order; null where there is none.</summary>
    private float[]? Affine(ref string y, string operation)
    {
        if (y == _graph.Output || Only(y) is not { Inputs: [var a, var b] } node || node.Operation != operation || _graph.Constant(a == y ? b : a) is not { } constant || constant.Count != _shape.Size)
        {
            return null;
        }

        long[] sizes = [.. constant.Dimensions.SkipWhile(size => size == 1)];
        if (!sizes.SequenceEqual(_shape.Dimensions.ToArray().SkipWhile(size => size == 1).Select(size => (long)size)))
        {
            return null;
        }

        y = node.Output;
        float[] values = constant.Singles();
        return _shape.Rank == 3 ? Reordered(values, [_shape[1], _shape[2], _shape[0]], DimensionOrder.ChannelsFirst) : values;
    }

    /// <summary>The features, and beside them (x − start) · scale between the limits of each bin: as this library writes it.</summary>
    private string? PiecewiseLinear(string x, IReadOnlyList<OnnxNode> next)
    {
        if (_shape.Rank != 1 || One(next, "Reshape") is not { } each || One(next, "Concat") is not { } concat
            || Only(each.Output) is not { Operation: "Sub", Inputs: [_, var start] } sub || Only(sub.Output) is not { Operation: "Mul", Inputs: [_, var scale] } mul
            || Only(mul.Output) is not { Operation: "Min", Inputs: [_, var highest] } min || Only(min.Output) is not { Operation: "Max", Inputs: [_, var lowest] } max
            || Only(max.Output) is not { Operation: "Reshape" } flat || Only(flat.Output) != concat || !concat.Inputs.SequenceEqual([x, flat.Output]) || concat.Integer("axis", -1) is not (1 or -1))
        {
            return null;
        }

        int columns = _shape.Size;
        OnnxTensor starts = Constant(sub, 1, "start");
        if (starts.Dimensions is not [> 0 and <= PiecewiseLinearEncoding.MostBins and var bins, var width] || width != columns)
        {
            throw Refuse(sub, $"its starts of bins have the dimensions [{string.Join(", ", starts.Dimensions)}], but there are {columns} features");
        }

        if (Optional(each, 1)?.Integers() is not [-1, 1, var ofRow] || ofRow != columns || Optional(flat, 1)?.Integers() is not [-1, var all] || all != bins * columns)
        {
            throw Refuse(each, "it gives rows another shape than the bins have");
        }

        PiecewiseLinearEncoding layer = new((int)bins);
        float[] scales = Constant(mul, 1, "scale").Singles();
        if (scales.Length != starts.Count)
        {
            throw Refuse(mul, $"it has {scales.Length} scales for {starts.Count} bins");
        }

        (float[] low, float[] high) = OnnxScalingLayers.Limits(scales, columns);
        if (!Constant(max, 1, "limit").Singles(mayBeInfinite: true).SequenceEqual(low) || !Constant(min, 1, "limit").Singles(mayBeInfinite: true).SequenceEqual(high))
        {
            throw Refuse(max, "its limits are not those of bins, from 0 to 1, open below the first and above the last");
        }

        Visit(concat);
        Add(concat, layer, (PiecewiseLinearEncoding.Start, starts.Singles()), (PiecewiseLinearEncoding.Scale, scales));
        return concat.Output;
    }

    private static OnnxNode? One(IReadOnlyList<OnnxNode> nodes, string operation) => nodes.FirstOrDefault(node => node.Operation == operation && node.Outputs.Count == 1);

    /// <summary>The one node that takes a tensor.</summary>
    private OnnxNode? Only(string tensor) => tensor != _graph.Output && _graph.Consumers(tensor) is [var node] && node.Outputs.Count > 0 ? node : null;

    private static float[] Ones(int count)
    {
        float[] ones = new float[count];
        ones.AsSpan().Fill(1);
        return ones;
    }
}
