namespace MLNet.GradientTrainers.Kernels;

/// <summary>The layers' ONNX forms, by type: what each computes in prediction. Images are [rows, channels, height, width] there, as at the engine's border.</summary>
internal static class OnnxLayers
{
    private static readonly Dictionary<Type, Func<Layer, OnnxScope, string, string>> s_forms = new()
    {
        [typeof(Dense)] = Form<Dense>(OnnxDense.Add),
        [typeof(ActivationLayer)] = Form<ActivationLayer>((layer, scope, x) => OnnxActivations.Add(layer.Activation, scope, x)),
        [typeof(Dropout)] = Nothing,
        [typeof(SpatialDropout)] = Nothing,
        [typeof(SoftmaxLayer)] = Form<SoftmaxLayer>((_, scope, x) => scope.Node("Softmax", [x], new OnnxAttribute("axis", 1))),
        [typeof(Flatten)] = Form<Flatten>((_, scope, x) => scope.Node("Flatten", [x], new OnnxAttribute("axis", 1))),
        [typeof(Convolution2D)] = Form<Convolution2D>(OnnxImageLayers.Add),
        [typeof(MaxPooling2D)] = Form<MaxPooling2D>(OnnxImageLayers.Add),
        [typeof(AveragePooling2D)] = Form<AveragePooling2D>(OnnxImageLayers.Add),
        [typeof(GlobalAveragePooling2D)] = Form<GlobalAveragePooling2D>(OnnxImageLayers.Add),
        [typeof(Normalization)] = Form<Normalization>(OnnxScalingLayers.Add),
        [typeof(BatchNormalization)] = Form<BatchNormalization>(OnnxScalingLayers.Add),
        [typeof(LayerNormalization)] = Form<LayerNormalization>(OnnxScalingLayers.Add),
        [typeof(PiecewiseLinearEncoding)] = Form<PiecewiseLinearEncoding>(OnnxScalingLayers.Add),
        [typeof(Residual)] = Form<Residual>(OnnxBlocks.Add),
        [typeof(Ensemble)] = Form<Ensemble>(OnnxBlocks.Add),
    };

    /// <summary>Adds layers, one after another, to the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="input">The shape of one input sample.</param>
    /// <param name="prefix">What names begin with: nothing, or that of a block and a dot.</param>
    /// <param name="parameters">The numbers of a parameter, by the layer's index and its name.</param>
    /// <param name="x">The input.</param>
    public static string AddChain(IOnnxGraph graph, IReadOnlyList<Layer> layers, TensorShape input, string prefix, Func<int, string, float[]> parameters, string x)
    {
        TensorShape[] shapes = LayerChain.Shapes(layers, input, "layers");
        for (int i = 0; i < layers.Count; i++)
        {
            int index = i;
            OnnxScope scope = new(graph, $"{prefix}{i}.{layers[i].Name}", shapes[i], shapes[i + 1], name => parameters(index, name));
            x = s_forms.TryGetValue(layers[i].GetType(), out var form)
                ? form(layers[i], scope, x)
                : throw new NotSupportedException(
                    $"Layer {scope.Name} is none of the engine's, and so has no ONNX form: the model can't be written as ONNX. Nothing has been written. These have one: {string.Join(", ", Layers.All.Select(layer => layer.Name))}.");
        }

        return x;
    }

    /// <summary>What only training does.</summary>
    private static string Nothing(Layer layer, OnnxScope scope, string x) => x;

    private static Func<Layer, OnnxScope, string, string> Form<TLayer>(Func<TLayer, OnnxScope, string, string> form)
        where TLayer : Layer => (layer, scope, x) => form((TLayer)layer, scope, x);
}
