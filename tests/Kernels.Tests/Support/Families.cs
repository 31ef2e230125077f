namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The registries as data of dynamic tests, so that a new member is covered by being registered.</summary>
internal static class Families
{
    public static IEnumerable<object[]> ActivationCases => 
        Activations.All.Concat([new GELU(Approximate: true), new ELU(0.3), new Softplus(4), new Asinh(3), new SquareActivation()]).Select(a => new object[] { a });

    public static IEnumerable<object[]> LossCases =>
        from loss in Losses.All.Concat([
            new SoftmaxCrossEntropy { LabelSmoothing = 0.2 }, new BinaryCrossEntropy { PositiveWeight = 3 }, new Huber(0.4), new Quantile(0.9)])
        from reduction in Enum.GetValues<Reduction>()
        select new object[] { loss with { Reduction = reduction } };

    public static IEnumerable<object[]> OptimizerCases =>
        Optimizers.All.Concat([
            new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true }, new RMSprop { Centered = true }, new RMSprop { Momentum = 0.9 },
            new RMSprop { Centered = true, Momentum = 0.9 }]).Select(optimizer => new object[] { optimizer });

    public static IEnumerable<object[]> LayerCases
    {
        get
        {
            foreach (Layer layer in Layers.All)
            {
                yield return [layer];
            }

            foreach (object[] activation in ActivationCases)
            {
                yield return [new ActivationLayer((Activation)activation[0])];
                yield return [new Dense(3, (Activation)activation[0])];
                yield return [new Dense(2, (Activation)activation[0], useBias: false)];
                yield return [new Convolution2D(3, 2, padding: 1, activation: (Activation)activation[0])];
                yield return [new Residual([new Convolution2D(2, 3, padding: 1)], [new Convolution2D(2, 1)], (Activation)activation[0])];
            }

            yield return [new PiecewiseLinearEncoding(1)];
            yield return [new PiecewiseLinearEncoding(7)];
            foreach (Layer layer in ImageLayers)
            {
                yield return [layer];
            }
        }
    }

    /// <summary>Every setting of the layers for images: rectangular, strided, padded beyond the kernel, dilated, grouped, overlapping, nested.</summary>
    private static Layer[] ImageLayers =>
    [
        new Convolution2D(2, 1),
        new Convolution2D(4, (2, 3), stride: (2, 1), padding: (1, 2)),
        new Convolution2D(3, 2, padding: 3, useBias: false),
        new Convolution2D(2, 2, dilation: (2, 1), padding: (0, 1)),
        new Convolution2D(4, 3, stride: 2, padding: 2, groups: 2),
        new Convolution2D(4, 2, groups: 2, activation: new Tanh()),
        new MaxPooling2D(2, stride: 1),
        new MaxPooling2D((2, 3), stride: (1, 2), padding: (1, 1)),
        new AveragePooling2D(3, stride: 2, padding: 1),
        new AveragePooling2D((3, 2), stride: 1, padding: (2, 1), countPadding: false),
        new Residual([new Flatten(), new Dense(5)], [new GlobalAveragePooling2D(), new Dense(5, new Tanh())]),
        new Residual([new Convolution2D(3, 3, padding: 1, useBias: false), new BatchNormalization(), new ActivationLayer(new Sigmoid()), new Convolution2D(2, 3, padding: 1)], [new Convolution2D(2, 1)], new Tanh()),
        new Residual([new Residual([new LayerNormalization()]), new SpatialDropout(0.3)]),
        new Ensemble([new Flatten(), new Dense(5, new SiLU()), new Dropout(0.2), new Dense(3)], 3),
        new Ensemble([new Normalization(), new Convolution2D(2, 2, activation: new Tanh())], 2),
    ];

    public static IEnumerable<object[]> InitializerCases => Initializers.All.Select(i => new object[] { i });

    public static IEnumerable<IDescription> All =>
        [.. Activations.All, .. Losses.All, .. Optimizers.All, .. Initializers.All, .. Layers.All, .. Schedules.All];
}
