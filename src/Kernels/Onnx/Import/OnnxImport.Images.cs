namespace MLNet.GradientTrainers.Kernels;

/// <content>Nodes that take images, and those that only say how numbers lie.</content>
internal sealed partial class OnnxImport
{
    private void Convolution(OnnxNode node)
    {
        OnnxTensor kernels = Constant(node, 1, "weight");
        if (kernels.Dimensions is not [> 0 and var filters, > 0 and var channels, > 0 and var height, > 0 and var width])
        {
            throw Refuse(node, $"its weight has the dimensions [{string.Join(", ", kernels.Dimensions)}]; two-dimensional convolutions are read");
        }

        RequireImage(node);
        Size2D kernel = new((int)height, (int)width);
        Size2D stride = Pair(node, "strides", 1);
        Size2D dilation = Pair(node, "dilations", 1);
        Size2D reach = new(checked((dilation.Height * (kernel.Height - 1)) + 1), checked((dilation.Width * (kernel.Width - 1)) + 1));
        Size2D padding = Padding(node, reach, stride);
        (padding, _pad) = (new Size2D(checked(padding.Height + _pad.Height), checked(padding.Width + _pad.Width)), default);
        float[] weight = Reordered(kernels.Singles(), [kernel.Height, kernel.Width, (int)channels, (int)filters], DimensionOrder.FiltersFirst);
        int groups = (int)Math.Clamp(node.Integer("group", 1), 1, int.MaxValue);
        bool hasBias = node.Inputs.Count > 2 && node.Inputs[2].Length > 0;
        Convolution2D layer = new((int)filters, kernel, stride, padding, dilation, groups, useBias: hasBias);
        Add(node, layer, hasBias ? [("weight", weight), ("bias", Constant(node, 2, "bias").Singles())] : [("weight", weight)]);
    }

    private void AveragePool(OnnxNode node)
    {
        Size2D pad = _pad;
        (Size2D kernel, Size2D stride, Size2D padding) = Window(node);
        if (pad != default && padding != default)
        {
            throw Refuse(node, "it pads an image that is padded already");
        }

        _pad = default;
        Add(node, new AveragePooling2D(kernel, stride, pad == default ? padding : pad, countPadding: pad != default || padding == default || node.Integer("count_include_pad", 0) != 0));
    }

    private void ReduceMean(OnnxNode node)
    {
        long[] axes = [.. (node["axes"]?.Integers ?? Optional(node, 1)?.Integers() ?? []).Select(axis => axis < 0 ? axis + 4 : axis).Order()];
        long first = _channelsLast ? 1 : 2;
        if (_shape.Rank != 3 || axes is not [var a, var b] || a != first || b != first + 1)
        {
            throw Refuse(node, "it takes the mean over other axes than the height and width of images");
        }

        Add(node, new GlobalAveragePooling2D());
        (_pooled, _channelsLast) = (node.Integer("keepdims", 1) != 0, false);
    }

    /// <summary>Makes images flat, or says why not.</summary>
    private void MakeFlat(OnnxNode node, string? problem)
    {
        if (problem is not null)
        {
            throw Refuse(node, problem);
        }

        if (_pooled || _shape.Rank == 1)
        {
            _pooled = false;
            return;
        }

        TensorShape image = _shape;
        bool last = _channelsLast;
        Add(node, new Flatten());
        _channelsLast = false;
        _flattened = last ? image : null;
    }

    private void Reshape(OnnxNode node)
    {
        if (node.Inputs.Count > 1 && Optional(node, 1) is null && _graph.Producer(node.Inputs[1]) is { Operation: "Concat", Inputs: [_, var rest] } && _graph.Constant(rest)?.Integers() is [var all] && (all == -1 || all == _shape.Size))
        {
            // The first size is computed: the rows.
            MakeFlat(node, null);
            return;
        }

        long[] sizes = [.. (node["shape"]?.Integers ?? Constant(node, 1, "shape").Integers()).Skip(1)];
        if (sizes is [var size] && (size == -1 || size == _shape.Size || (size == 0 && _shape.Rank == 1)))
        {
            MakeFlat(node, null);
        }
        else if (!_pooled && _shape.Rank == 3 && sizes.SequenceEqual(InGraph(_shape)))
        {
            // Rows that have this shape already.
            return;
        }
        else if (_pooled && sizes.Length == 3 && sizes.Count(one => one == 1) >= 2)
        {
            return;
        }
        else if (_layers.Count == 0 && _depth == 0 && _shape.Rank == 1 && sizes is [> 0 and <= int.MaxValue and var a, > 0 and <= int.MaxValue and var b, > 0 and <= int.MaxValue and var c] && (Int128)a * b * c == _shape.Size)
        {
            bool last = BecomesChannelsFirst(node.Output);
            _input = last ? new TensorShape((int)c, (int)a, (int)b) : new TensorShape((int)a, (int)b, (int)c);
            (_shape, _channelsLast, _layout) = (_input, last, last ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst);
        }
        else
        {
            throw Refuse(node, $"it gives rows the shape [{string.Join(", ", sizes)}], which only flattening does here, or a reshape of the network's input to images");
        }
    }

    /// <summary>An image's dimensions as the graph has them.</summary>
    private long[] InGraph(TensorShape image) => _channelsLast ? [image[1], image[2], image[0]] : [image[0], image[1], image[2]];

    private void Transpose(OnnxNode node)
    {
        IReadOnlyList<long> order = node["perm"]?.Integers ?? [];
        bool toFirst = order is [0, 3, 1, 2];
        if (!_pooled && (_shape.Rank != 3 || !(toFirst || order is [0, 2, 3, 1]) || toFirst != _channelsLast))
        {
            throw Refuse(node, $"its order of dimensions, [{string.Join(", ", order)}], is none between channels first and last here");
        }

        _channelsLast = !_pooled && !toFirst;
    }

    private void Pad(OnnxNode node)
    {
        IReadOnlyList<long> pads = node["pads"]?.Integers ?? Constant(node, 1, "pads").Integers();
        bool isZero = (Optional(node, 2)?.Singles() is not [var value] || value == 0) && node.Number("value", 0) == 0;
        int height = _channelsLast ? 1 : 2;
        if (pads.All(pad => pad == 0))
        {
            return;
        }

        if (_shape.Rank != 3 || _pooled || pads.Count != 8 || (node["mode"]?.Text ?? "constant") != "constant" || !isZero
            || Enumerable.Range(0, 4).Any(axis => pads[axis] != pads[axis + 4] || (axis != height && axis != height + 1 && pads[axis] != 0)))
        {
            throw Refuse(node, $"it pads by [{string.Join(", ", pads)}], mode {Excerpt.Of(node["mode"]?.Text ?? "constant")}; zeros round images, as many on both sides, are taken");
        }

        Size2D added = new(Small(node, pads[height]), Small(node, pads[height + 1]));
        _pad = new Size2D(checked(_pad.Height + added.Height), checked(_pad.Width + added.Width));
    }

    /// <summary>The windows of a pooling.</summary>
    private (Size2D Kernel, Size2D Stride, Size2D Padding) Window(OnnxNode node)
    {
        RequireImage(node);
        Size2D kernel = Pair(node, "kernel_shape", 0);
        Size2D stride = Pair(node, "strides", 1);
        if (Pair(node, "dilations", 1) != 1)
        {
            throw Refuse(node, "its windows have gaps (dilations)");
        }

        Size2D padding = Padding(node, kernel, stride);
        Size2D whole = node.Operation == "AveragePool" && _pad != default ? _pad : padding;
        if (node.Integer("ceil_mode", 0) != 0 && stride is { Height: > 0, Width: > 0 }
            && ((_shape[1] + (2 * whole.Height) - kernel.Height) % stride.Height != 0 || (_shape[2] + (2 * whole.Width) - kernel.Width) % stride.Width != 0))
        {
            throw Refuse(node, "it has windows that reach beyond the image (ceil_mode)");
        }

        return (kernel, stride, padding);
    }

    /// <summary>Rows and columns on each side: as told, or as keeps the size.</summary>
    private Size2D Padding(OnnxNode node, Size2D reach, Size2D stride)
    {
        string mode = node["auto_pad"]?.Text ?? "NOTSET";
        if (mode == "VALID")
        {
            return default;
        }

        if (mode == "NOTSET")
        {
            return node["pads"]?.Integers switch
            {
                null => default,
                [var top, var left, var bottom, var right] when top == bottom && left == right => new Size2D(Small(node, top), Small(node, left)),
                var pads => throw Refuse(node, $"it pads by [{string.Join(", ", pads)}]; layers here pad as much on both sides"),
            };
        }

        if (mode is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            throw Refuse(node, $"its auto_pad '{Excerpt.Of(mode)}' is unknown");
        }

        return new Size2D(Same(_shape[1] + (2 * _pad.Height), reach.Height, stride.Height), Same(_shape[2] + (2 * _pad.Width), reach.Width, stride.Width));

        int Same(int size, int window, int step)
        {
            int total = Math.Max(0, checked(((((size + Math.Max(1, step) - 1) / Math.Max(1, step)) - 1) * step) + window - size));
            return total % 2 == 0 ? total / 2 : throw Refuse(node, $"it pads {total} rows or columns ({mode}), one more on one side; layers here pad as much on both sides");
        }
    }

    private void RequireImage(OnnxNode node)
    {
        if (_shape.Rank != 3 || _pooled)
        {
            throw Refuse(node, $"it takes images, but its input is {_shape}");
        }
    }

    private static Size2D Pair(OnnxNode node, string attribute, int standard) => node[attribute]?.Integers switch
    {
        null when standard > 0 => standard,
        [var height, var width] => new Size2D(Small(node, height), Small(node, width)),
        _ => throw Refuse(node, $"its {attribute} are not two numbers"),
    };

    private static int Small(OnnxNode node, long value) => value is >= 0 and <= TensorShape.MaxElements ? (int)value : throw Refuse(node, $"{value} is no size");
}
