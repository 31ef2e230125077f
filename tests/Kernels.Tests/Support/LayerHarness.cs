namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Runs one layer on the reference back end in double, on buffers of its own.</summary>
internal sealed class LayerHarness
{
    private readonly ReferenceBackend<double> _backend = new();
    private readonly Layer _layer;
    private readonly LayerPass<double> _pass;

    public LayerHarness(Layer layer, TensorShape input, int rows, ulong seed = 1)
    {
        layer.Validate();
        _layer = layer;
        TensorShape output = layer.OutputShape(input);
        IReadOnlyList<ParameterSpec> parameters = layer.Parameters(input);
        _pass = new LayerPass<double>
        {
            Backend = _backend,
            InputShape = input,
            OutputShape = output,
            Rows = rows,
            Training = true,
            RandomKey = 77,
            Input = _backend.Tensor(TestTensors.Gaussians(rows * input.Size, seed)),
            Output = _backend.Allocate(rows * output.Size),
            OutputGradient = _backend.Allocate(rows * output.Size),
            InputGradient = _backend.Allocate(rows * input.Size),
            Workspace = _backend.Allocate(rows * layer.WorkspaceSize(input)),
            Parameters = [.. parameters.Select((p, i) => _backend.Tensor(TestTensors.Gaussians((int)p.Size, seed + 10 + (ulong)i)))],
            ParameterGradients = [.. parameters.Select(p => p.Trainable ? _backend.Tensor(TestTensors.Gaussians((int)p.Size, 99)) : default)],
        };
    }

    public LayerPass<double> Pass => _pass;

    public double[] Values(Tensor<double> tensor) => _backend.Values(tensor);

    public double[] Forward(params ReadOnlySpan<double> input)
    {
        _backend.Write(input, _pass.Input);
        _layer.Forward(_pass);
        return Values(_pass.Output);
    }

    /// <summary>Runs the backward pass; the last forward pass's output is kept by the harness, as the network keeps it.</summary>
    public void Backward(params ReadOnlySpan<double> outputGradient)
    {
        _backend.Write(outputGradient, _pass.OutputGradient);
        _layer.Backward(_pass);
    }

    public void SetParameter(int index, params ReadOnlySpan<double> values) => _backend.Write(values, _pass.Parameters[index]);

    /// <summary>Checks the gradients of the input and of every parameter.</summary>
    public void CheckGradients(string what)
    {
        double[] input = Values(_pass.Input);
        double[] weights = TestTensors.Gaussians(_pass.Output.Length, 5);
        Forward(input);
        Backward(weights);
        double[] inputGradient = Values(_pass.InputGradient);
        double[][] parameterGradients = [.. _pass.ParameterGradients.Select(g => g.IsNone ? [] : Values(g))];

        GradientCheck.Verify($"{what}: input", input, inputGradient, x => GradientCheck.Inner(weights, Forward(x)));
        for (int p = 0; p < parameterGradients.Length; p++)
        {
            if (_pass.ParameterGradients[p].IsNone)
            {
                continue;
            }

            double[] parameter = Values(_pass.Parameters[p]);
            GradientCheck.Verify($"{what}: parameter {p}", parameter, parameterGradients[p], values =>
            {
                SetParameter(p, values);
                return GradientCheck.Inner(weights, Forward(input));
            });
            SetParameter(p, parameter);
        }

        // Without a place for the input's gradient (the first layer) the parameters' must be the same.
        Tensor<double> place = _pass.InputGradient;
        _pass.InputGradient = default;
        Forward(input);
        Backward(weights);
        _pass.InputGradient = place;
        for (int p = 0; p < parameterGradients.Length; p++)
        {
            CollectionAssert.AreEqual(parameterGradients[p], _pass.ParameterGradients[p].IsNone ? [] : Values(_pass.ParameterGradients[p]), what);
        }
    }
}
