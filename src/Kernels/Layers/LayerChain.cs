using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Layers one after another inside a layer: their shapes and needs.</summary>
internal static class LayerChain
{
    /// <summary>Blocks in blocks: far below what the reader of descriptions follows.</summary>
    private const int MaxNesting = 16;

    public static void CheckNesting(Layer layer)
    {
        if (layer.Nesting > MaxNesting)
        {
            throw new ArgumentException($"A {layer.Name} layer has layers {layer.Nesting} deep inside, but at most {MaxNesting} are allowed.");
        }
    }

    public static void Validate(IReadOnlyList<Layer> layers, string setting, string owner)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i] is null)
            {
                throw new ArgumentException($"Layer {i + 1} of the {setting} of {owner} is null.");
            }

            layers[i].Validate();
        }
    }

    /// <summary>The shapes between the layers; errors name the layer.</summary>
    public static TensorShape[] Shapes(IReadOnlyList<Layer> layers, TensorShape input, string setting)
    {
        TensorShape[] shapes = new TensorShape[layers.Count + 1];
        shapes[0] = input;
        for (int i = 0; i < layers.Count; i++)
        {
            try
            {
                shapes[i + 1] = layers[i].OutputShape(shapes[i]);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"in its {setting}, layer {i + 1} of {layers.Count} ({layers[i].Name}), with input {shapes[i]}: {e.Message}", nameof(input), e);
            }
        }

        return shapes;
    }

    public static IEnumerable<ParameterSpec> Parameters(IReadOnlyList<Layer> layers, TensorShape input, string setting)
    {
        TensorShape[] shapes = Shapes(layers, input, setting);
        for (int i = 0; i < layers.Count; i++)
        {
            foreach (ParameterSpec spec in layers[i].Parameters(shapes[i]))
            {
                yield return spec with { Name = $"{setting}.{i}.{spec.Name}" };
            }
        }
    }

    public static long MultiplyAdds(IReadOnlyList<Layer> layers, TensorShape input, string setting)
    {
        TensorShape[] shapes = Shapes(layers, input, setting);
        return layers.Select((layer, i) => layer.MultiplyAdds(shapes[i])).Sum();
    }

    public static int SmallestBatch(IReadOnlyList<Layer> layers, TensorShape input, string setting)
    {
        TensorShape[] shapes = Shapes(layers, input, setting);
        return layers.Select((layer, i) => layer.SmallestBatch(shapes[i])).Append(1).Max();
    }

    /// <summary>Whether a layer's output lies where its input lay, which nobody reads again. (The first one's input belongs to others.)</summary>
    public static bool InPlace(IReadOnlyList<Layer> layers, int layer) => layer > 0 && layers[layer].WorksInPlace && !layers[layer - 1].NeedsOutput;

    /// <summary>Elements a sample that outputs and workspaces of all layers take while training.</summary>
    public static long Kept(IReadOnlyList<Layer> layers, IReadOnlyList<TensorShape> shapes) =>
        layers.Select((layer, i) => (InPlace(layers, i) ? 0L : shapes[i + 1].Size) + layer.WorkspaceSize(shapes[i])).Sum();

    /// <summary>Elements a sample that <see cref="LayerChain{T}"/> takes for outputs and workspaces.</summary>
    public static int WorkspaceSize(IReadOnlyList<Layer> layers, TensorShape input, string setting)
    {
        TensorShape[] shapes = Shapes(layers, input, setting);
        return checked((int)Kept(layers, shapes));
    }
}

/// <summary>The passes of such layers, in memory that the outer pass lends.</summary>
internal sealed class LayerChain<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Layer> _layers;
    private readonly LayerPass<T>[] _passes;
    private readonly int[] _workspaces;

    /// <summary>Prepares the passes.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="outer">The pass of the layer that they are in.</param>
    /// <param name="input">Their input shape.</param>
    /// <param name="setting">What they are, for messages.</param>
    /// <param name="parameter">Index of their first parameter in the outer pass; moved behind the last.</param>
    public LayerChain(IReadOnlyList<Layer> layers, LayerPass<T> outer, TensorShape input, string setting, ref int parameter)
    {
        _layers = layers;
        _passes = new LayerPass<T>[layers.Count];
        _workspaces = new int[layers.Count];
        TensorShape[] shapes = LayerChain.Shapes(layers, input, setting);
        for (int i = 0; i < _passes.Length; i++)
        {
            int count = layers[i].Parameters(shapes[i]).Count;
            _workspaces[i] = layers[i].WorkspaceSize(shapes[i]);
            _passes[i] = new LayerPass<T>
            {
                Backend = outer.Backend,
                InputShape = shapes[i],
                OutputShape = shapes[i + 1],
                Parameters = outer.Parameters[parameter..(parameter + count)],
                ParameterGradients = outer.ParameterGradients.Length == 0 ? [] : outer.ParameterGradients[parameter..(parameter + count)],
            };
            parameter += count;
        }
    }

    /// <summary>Runs the layers; their outputs and workspaces are taken from the front of <paramref name="memory"/>.</summary>
    public Tensor<T> Forward(LayerPass<T> outer, ulong stream, ref Tensor<T> memory)
    {
        Tensor<T> x = outer.Input;
        ulong key = RandomKey.Derive(outer.RandomKey, stream);
        for (int i = 0; i < _passes.Length; i++)
        {
            LayerPass<T> pass = _passes[i];
            pass.Rows = outer.Rows;
            pass.Training = outer.Training;
            pass.RandomKey = RandomKey.Derive(key, (ulong)i);
            pass.Input = x;
            pass.Output = LayerChain.InPlace(_layers, i) ? x : Take(ref memory, outer.Rows * pass.OutputShape.Size);
            pass.Workspace = Take(ref memory, outer.Rows * _workspaces[i]);
            _layers[i].Forward(pass);
            x = pass.Output;
        }

        return x;
    }

    /// <summary>Runs the layers backward; gradients between them take turns in two buffers.</summary>
    /// <param name="rows">Samples.</param>
    /// <param name="outputGradient">∂loss/∂output: overwritten.</param>
    /// <param name="inputGradient">Receives ∂loss/∂input; may be none.</param>
    /// <param name="even">A buffer.</param>
    /// <param name="odd">Another.</param>
    public void Backward(int rows, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> even, Tensor<T> odd)
    {
        Tensor<T> gradient = outputGradient;
        for (int i = _passes.Length - 1; i >= 0; i--)
        {
            LayerPass<T> pass = _passes[i];
            pass.OutputGradient = gradient;
            pass.InputGradient = i == 0 ? inputGradient : (i % 2 == 0 ? even : odd).Slice(0, rows * pass.InputShape.Size);
            _layers[i].Backward(pass);
            gradient = pass.InputGradient;
        }
    }

    private static Tensor<T> Take(ref Tensor<T> memory, int length)
    {
        Tensor<T> taken = memory.Slice(0, length);
        memory = memory.Slice(length, memory.Length - length);
        return taken;
    }
}
