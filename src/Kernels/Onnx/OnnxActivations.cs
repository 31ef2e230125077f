namespace MLNet.GradientTrainers.Kernels;

/// <summary>The activations' ONNX forms, by type. Where ONNX's operator sets up to 12 have no operator, it is made of those that they have.</summary>
internal static class OnnxActivations
{
    private static readonly Dictionary<Type, Func<Activation, OnnxScope, string, string>> s_forms = new()
    {
        [typeof(Identity)] = (_, _, x) => x,
        [typeof(ReLU)] = (_, scope, x) => scope.Node("Relu", [x]),
        [typeof(LeakyReLU)] = (activation, scope, x) => scope.Node("LeakyRelu", [x], new OnnxAttribute("alpha", (float)((LeakyReLU)activation).Slope)),
        [typeof(ELU)] = (activation, scope, x) => scope.Node("Elu", [x], new OnnxAttribute("alpha", (float)((ELU)activation).Alpha)),
        [typeof(SELU)] = (_, scope, x) => scope.Node("Selu", [x], new OnnxAttribute("alpha", 1.67326319f), new OnnxAttribute("gamma", 1.05070102f)),
        [typeof(GELU)] = (activation, scope, x) => ((GELU)activation).Approximate ? TanhGelu(scope, x) : Gelu(scope, x),
        [typeof(SiLU)] = (_, scope, x) => scope.Node("Mul", [x, scope.Node("Sigmoid", [x])]),
        [typeof(Softplus)] = (activation, scope, x) => Softplus((Softplus)activation, scope, x),
        [typeof(Sigmoid)] = (_, scope, x) => scope.Node("Sigmoid", [x]),
        [typeof(Tanh)] = (_, scope, x) => scope.Node("Tanh", [x]),
        [typeof(Asinh)] = (activation, scope, x) => Asinh((Asinh)activation, scope, x),
    };

    /// <summary>Adds f(x) to the graph.</summary>
    public static string Add(Activation activation, OnnxScope scope, string x) =>
        s_forms.TryGetValue(activation.GetType(), out var form)
            ? form(activation, scope, x)
            : throw new NotSupportedException(
                $"The activation {activation.Name} of layer {scope.Name} is none of the engine's, and so has no ONNX form: the model can't be written as ONNX. Nothing has been written. These have one: {string.Join(", ", Activations.All.Select(a => a.Name))}.");

    /// <summary>½ · x · (1 + erf(x / √2)).</summary>
    private static string Gelu(OnnxScope scope, string x) => Share(scope, x, scope.Node("Erf", [scope.Node("Mul", [x, scope.Constant("rootHalf", Math.Sqrt(0.5))])]));

    /// <summary>½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).</summary>
    private static string TanhGelu(OnnxScope scope, string x)
    {
        double inner = Math.Sqrt(2 / Math.PI);
        string square = scope.Node("Mul", [x, x]);
        string factor = scope.Node("Add", [scope.Node("Mul", [square, scope.Constant("cubic", inner * 0.044715)]), scope.Constant("inner", inner)]);
        return Share(scope, x, scope.Node("Tanh", [scope.Node("Mul", [x, factor])]));
    }

    private static string Share(OnnxScope scope, string x, string inner)
    {
        string half = scope.Constant("half", 0.5);
        return scope.Node("Mul", [x, scope.Node("Add", [scope.Node("Mul", [inner, half]), half])]);
    }

    /// <summary>ln(1 + e^(β·x)) / β.</summary>
    private static string Softplus(Softplus softplus, OnnxScope scope, string x) =>
        softplus.Beta == 1
            ? scope.Node("Softplus", [x])
            : scope.Node("Div", [scope.Node("Softplus", [scope.Node("Mul", [x, scope.Constant("beta", softplus.Beta)])]), scope.Constant("beta", softplus.Beta)]);

    /// <summary>s · asinh(x / s); beyond 1e18 the logarithm hardly grows, and the square would leave a Single.</summary>
    private static string Asinh(Asinh asinh, OnnxScope scope, string x)
    {
        string t = scope.Node("Mul", [x, scope.Constant("inverseScale", 1 / asinh.Scale)]);
        t = scope.Node("Max", [scope.Node("Min", [t, scope.Constant("largest", 1e18)]), scope.Constant("smallest", -1e18)]);
        return scope.Node("Mul", [scope.Node("Asinh", [t]), scope.Constant("scale", asinh.Scale)]);
    }
}
