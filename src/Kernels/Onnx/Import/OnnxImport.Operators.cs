using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <content>Nodes that are layers.</content>
internal sealed partial class OnnxImport
{
    private const string Known =
        "Gemm, MatMul, Add, Sub, Mul, Div, Conv, MaxPool, AveragePool, GlobalAveragePool, ReduceMean, BatchNormalization, LayerNormalization, Flatten, Reshape, Squeeze, Transpose, Pad, Dropout, Softmax, Identity, activations, Scaler, LinearRegressor, LinearClassifier, and Add, Sum and Mean of branches";

    /// <summary>Translates a node.</summary>
    /// <returns>The tensor that it makes.</returns>
    private string Translate(OnnxNode node, string x)
    {
        Visit(node);
        switch (node.Operation)
        {
            case "Mean" or "Sum" when node.Inputs.Count == 1:
            case "Identity":
            case "Cast" when IsCast(node):
            case "Gather" when _shape.Rank == 1 && node.Integer("axis", 0) == 1 && Optional(node, 1)?.Integers() is { } places && places.SequenceEqual(Enumerable.Range(0, _shape[0]).Select(place => (long)place)):
                break;
            case "Dropout":
                float rate = node.Number("ratio", Optional(node, 1)?.Singles() is [var ratio] ? ratio : 0.5f);
                if (rate is > 0 and < 1)
                {
                    Add(node, new Dropout(rate));
                }

                break;
            case "Gemm":
                Gemm(node);
                break;
            case "MatMul":
                OnnxTensor matrix = Constant(node, 1, "second matrix");
                (int inputs, int units) = Matrix(node, matrix);
                AddDense(node, inputs, units, matrix.Singles(), null);
                break;
            case "Add" or "Sub" or "Mul" or "Div":
                Arithmetic(node, x);
                break;
            case "Conv":
                Convolution(node);
                break;
            case "MaxPool":
                (Size2D kernel, Size2D stride, Size2D padding) = Window(node);
                Add(node, new MaxPooling2D(kernel, stride, padding));
                break;
            case "AveragePool":
                AveragePool(node);
                break;
            case "GlobalAveragePool":
                Add(node, new GlobalAveragePooling2D());
                (_pooled, _channelsLast) = (true, false);
                break;
            case "ReduceMean":
                ReduceMean(node);
                break;
            case "BatchNormalization":
                Add(
                    node,
                    new BatchNormalization(Math.Clamp(Math.Round(1 - (double)node.Number("momentum", 0.9f), 6), 1e-6, 1), Rounded(node.Number("epsilon", 1e-5f))),
                    ("scale", Constant(node, 1, "scale").Singles()),
                    ("shift", Constant(node, 2, "shift").Singles()),
                    ("runningMean", Constant(node, 3, "mean").Singles()),
                    ("runningVariance", Constant(node, 4, "variance").Singles()));
                break;
            case "LayerNormalization":
                LayerNormalization(node);
                break;
            case "Flatten":
                MakeFlat(node, node.Integer("axis", 1) == 1 ? null : "its axis is not 1");
                break;
            case "Squeeze":
                MakeFlat(node, _pooled ? null : "it takes dimensions away that a layer here needs");
                break;
            case "Reshape":
                Reshape(node);
                break;
            case "Transpose":
                Transpose(node);
                break;
            case "Pad":
                Pad(node);
                break;
            case "Softmax":
                if (node.Integer("axis", 1) is not (1 or -1) || _shape.Rank != 1)
                {
                    throw Refuse(node, "its axis is not that of the outputs of a row");
                }

                EndOrAdd(node.Output, OutputLink.Softmax, () => Add(node, new SoftmaxLayer()));
                break;
            case "Sigmoid":
                EndOrAdd(node.Output, OutputLink.Sigmoid, () => Activate(node, new Sigmoid()));
                break;
            case "ai.onnx.ml.Scaler":
                Scaler(node);
                break;
            case "ai.onnx.ml.LinearRegressor":
                return Linear(node, node.Output);
            case "ai.onnx.ml.LinearClassifier" when node.Outputs.Count > 1:
                return Linear(node, node.Outputs[1]);
            case "Exp" when IsLast(node.Output):
                _link = OutputLink.Exponential;
                break;
            default:
                Activate(node, Simple(node) ?? throw Refuse(node, $"no layer here computes it; known are {Known}"));
                break;
        }

        return node.Output;
    }

    private static Activation? Simple(OnnxNode node) => node.Operation switch
    {
        "Relu" => new ReLU(),
        "LeakyRelu" => new LeakyReLU(Rounded(node.Number("alpha", 0.01f))),
        "Elu" => new ELU(Rounded(node.Number("alpha", 1))),
        "Selu" when Math.Abs(node.Number("alpha", 1.67326319f) - 1.67326319f) < 1e-4 && Math.Abs(node.Number("gamma", 1.05070102f) - 1.05070102f) < 1e-4 => new SELU(),
        "Tanh" => new Tanh(),
        "Softplus" => new Softplus(),
        "Gelu" => new GELU(node["approximate"]?.Text == "tanh"),
        _ => null,
    };

    /// <summary>Into the dense layer, convolution or residual block before it, where there is one.</summary>
    private void Activate(OnnxNode node, Activation activation)
    {
        Layer? fused = _layers.Count == 0 ? null : _layers[^1].Layer switch
        {
            Dense { Activation: Identity } dense => dense with { Activation = activation },
            Convolution2D { Activation: Identity } convolution => convolution with { Activation = activation },
            Residual { Activation: Identity } block => block with { Activation = activation },
            _ => null,
        };
        if (fused is null || _pad != default)
        {
            Add(node, new ActivationLayer(activation));
        }
        else
        {
            activation.Validate();
            _layers[^1] = (fused, _layers[^1].Parameters);
        }
    }

    private void Gemm(OnnxNode node)
    {
        if (node.Integer("transA", 0) != 0)
        {
            throw Refuse(node, "it transposes its input (transA)");
        }

        OnnxTensor matrix = Constant(node, 1, "matrix");
        float[] weights = matrix.Singles();
        (int inputs, int units) = Matrix(node, matrix);
        if (node.Integer("transB", 0) != 0)
        {
            (inputs, units) = (units, inputs);
            weights = Reordered(weights, [inputs, units], [1, 0]);
        }

        float[]? bias = null;
        if (node.Inputs.Count > 2 && node.Inputs[2].Length > 0)
        {
            bias = Constant(node, 2, "bias").Singles();
            bias = bias.Length == 1 && units <= MostRepeated ? [.. Enumerable.Repeat(bias[0], units)] : bias;
        }

        Scale(weights, node.Number("alpha", 1));
        Scale(bias, node.Number("beta", 1));
        AddDense(node, inputs, units, weights, bias);

        static void Scale(float[]? values, float factor)
        {
            for (int i = 0; factor != 1 && i < values?.Length; i++)
            {
                values[i] *= factor;
            }
        }
    }

    private static (int Inputs, int Units) Matrix(OnnxNode node, OnnxTensor matrix) => matrix.Dimensions is [> 0 and var rows, > 0 and var columns]
        ? ((int)rows, (int)columns)
        : throw Refuse(node, $"its constant has the dimensions [{string.Join(", ", matrix.Dimensions)}], and is no matrix");

    private void AddDense(OnnxNode node, int inputs, int units, float[] weights, float[]? bias)
    {
        if (_shape.Rank != 1 || _pooled || inputs != _shape[0])
        {
            throw Refuse(node, $"its matrix takes {inputs} numbers a row, but its input is {_shape}");
        }

        if (_flattened is { } image)
        {
            weights = Reordered(weights, [image[0], image[1], image[2], units], [1, 2, 0, 3]);
        }

        Dense layer = new(units, useBias: bias is not null);
        if (bias is null)
        {
            Add(node, layer, ("weight", weights));
        }
        else
        {
            Add(node, layer, ("weight", weights), ("bias", bias));
        }
    }

    /// <summary>A bias, or a scale of features or channels.</summary>
    private void Arithmetic(OnnxNode node, string x)
    {
        if (node.Inputs.Count != 2 || (node.Inputs[0] != x && node.Operation is "Sub" or "Div"))
        {
            throw Refuse(node, "it takes its input from or divides a constant by it, which no layer here does");
        }

        OnnxTensor constant = Constant(node, node.Inputs[0] == x ? 1 : 0, "other operand");
        float[] columns = Columns(node, constant, mayBeInfinite: node.Operation == "Div");
        if (node.Operation == "Add" && _layers.Count > 0 && _layers[^1] is { Layer: Dense { UseBias: false, Activation: Identity } dense, Parameters: var ofDense })
        {
            _layers[^1] = (dense with { UseBias = true }, [.. ofDense, ("bias", columns)]);
            return;
        }

        if (node.Operation == "Add" && _layers.Count > 0 && _layers[^1] is { Layer: Convolution2D { UseBias: false, Activation: Identity } convolution, Parameters: var ofConvolution })
        {
            _layers[^1] = (convolution with { UseBias = true }, [.. ofConvolution, ("bias", columns)]);
            return;
        }

        if (_pooled)
        {
            throw Refuse(node, "it comes between a global pooling and what makes it flat");
        }

        bool shifts = node.Operation is "Add" or "Sub";
        float[] values = node.Operation switch
        {
            "Add" => [.. columns.Select(value => -value)],
            "Div" => [.. columns.Select(value => value != 0 ? 1 / value : throw Refuse(node, "it divides by 0"))],
            _ => columns,
        };
        if (!shifts && _layers.Count > 0 && _layers[^1] is { Layer: Normalization, Parameters: var before } && before[1].Values.All(scale => scale == 1))
        {
            _layers[^1] = (new Normalization(), [before[0], (Normalization.Scale, values)]);
            return;
        }

        float[] others = new float[values.Length];
        others.AsSpan().Fill(shifts ? 1 : 0);
        Add(node, new Normalization(), (Normalization.Mean, shifts ? values : others), (Normalization.Scale, shifts ? others : values));
    }

    /// <summary>One number for each feature or channel, from a constant that has so many, or one for all.</summary>
    private float[] Columns(OnnxNode node, OnnxTensor constant, bool mayBeInfinite)
    {
        float[] values = constant.Singles(mayBeInfinite);
        int columns = _shape[0];
        if (values.Length == 1 && columns <= MostRepeated)
        {
            return [.. Enumerable.Repeat(values[0], columns)];
        }

        long[] sizes = [.. constant.Dimensions.SkipWhile(size => size == 1)];
        bool fits = values.Length == columns && (_shape.Rank == 1 || _channelsLast ? sizes.Length == 1 : sizes is [_, 1, 1]);
        return fits ? values : throw Refuse(node, $"its constant has the dimensions [{string.Join(", ", constant.Dimensions)}]; one number, or one for each feature or channel of {_shape}, is taken");
    }

    private void LayerNormalization(OnnxNode node)
    {
        long axis = node.Integer("axis", -1);
        if (axis != 1 && axis != -_shape.Rank)
        {
            throw Refuse(node, string.Create(CultureInfo.InvariantCulture, $"its axis is {axis}, but layers here normalise all numbers of a row, {_shape}"));
        }

        float[] scale = Constant(node, 1, "scale").Singles();
        float[] shift = Optional(node, 2)?.Singles() ?? new float[scale.Length];
        if (_shape.Rank == 3 && scale.Length == _shape.Size && shift.Length == _shape.Size)
        {
            int[] sizes = [_shape[1], _shape[2], _shape[0]];
            (scale, shift) = (Reordered(scale, sizes, DimensionOrder.ChannelsFirst), Reordered(shift, sizes, DimensionOrder.ChannelsFirst));
        }

        Add(node, new LayerNormalization(Rounded(node.Number("epsilon", 1e-5f))), ("scale", scale), ("shift", shift));
    }

    /// <summary>0.01 and not 0.009999999776, which is the single of it.</summary>
    private static double Rounded(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
