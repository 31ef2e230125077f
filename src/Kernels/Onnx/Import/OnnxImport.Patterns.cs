namespace MLNet.GradientTrainers.Kernels;

/// <content>
/// Activations that are put together from other operators, in as many ways as there are exporters: the nodes are computed for some numbers, and compared with the engine's activations.
/// </content>
internal sealed partial class OnnxImport
{
    private const int MostNodes = 12;

    private static readonly double[] s_samples = [.. Enumerable.Range(-24, 49).Select(i => i / 4.0)];

    /// <summary>Takes an activation of several nodes.</summary>
    /// <returns>The tensor behind it; null where there is none.</returns>
    private string? Pattern(string x, IReadOnlyList<OnnxNode> next)
    {
        if (next.Count == 1 && next[0].Operation != "Neg" && !(next[0].Operation is "Mul" or "Div" && Scalar(next[0], x) is not null))
        {
            return null;
        }

        return Find(x, null) is var (activation, nodes) ? Take(activation, nodes) : null;
    }

    /// <summary>Takes an activation's nodes.</summary>
    /// <returns>The tensor behind it.</returns>
    private string Take(Activation activation, List<OnnxNode> nodes)
    {
        OnnxNode last = nodes[^1];
        Visit(last);
        if (activation is Sigmoid)
        {
            EndOrAdd(last.Output, OutputLink.Sigmoid, () => Activate(last, activation));
        }
        else
        {
            Activate(last, activation);
        }

        return last.Output;
    }

    /// <summary>Looks for an activation of several nodes.</summary>
    /// <param name="x">Its input.</param>
    /// <param name="first">The node that it begins with, where others take the input, too; null where all that take it must be the activation's.</param>
    private (Activation Activation, List<OnnxNode> Nodes)? Find(string x, OnnxNode? first)
    {
        Dictionary<string, double[]> known = new(StringComparer.Ordinal) { [x] = s_samples };
        List<OnnxNode> done = [];
        HashSet<double> scalars = [];
        while (done.Count < MostNodes)
        {
            IEnumerable<OnnxNode> candidates = first is null ? known.Keys.SelectMany(_graph.Consumers) : done.Count == 0 ? [first] : known.Keys.Where(name => name != x).SelectMany(_graph.Consumers);
            OnnxNode? node = candidates.FirstOrDefault(candidate => !done.Contains(candidate) && Compute(candidate, known, scalars) is not null);
            if (node is null)
            {
                return null;
            }

            done.Add(node);
            known[node.Output] = Compute(node, known, scalars)!;
            string[] open = [.. known.Keys.Where(name => (name != x || first is null) && (name == _graph.Output || _graph.Consumers(name).Any(consumer => !done.Contains(consumer))))];
            if (open is [var y] && y == node.Output && done.Count > 1 && Match(known[y], scalars) is { } activation)
            {
                return (activation, done);
            }
        }

        return null;
    }

    private static Activation? Match(double[] values, HashSet<double> scalars)
    {
        IEnumerable<Activation> all =
        [
            new SiLU(), new Sigmoid(), new GELU(), new GELU(Approximate: true), new Softplus(),
            .. scalars.Where(scalar => scalar is > 0.01 and < 100).Take(8).SelectMany(scalar => new Activation[] { new Asinh(scalar), new Softplus(scalar) }),
        ];
        return all.FirstOrDefault(activation => values.Zip(s_samples).All(pair => Math.Abs(pair.First - Of(activation, pair.Second)) <= 1e-6 + (1e-6 * Math.Abs(pair.Second))));
    }

    /// <summary>The activations that graphs put together, in the words of their formulas.</summary>
    private static double Of(Activation activation, double x) => activation switch
    {
        SiLU => x / (1 + Math.Exp(-x)),
        Sigmoid => 1 / (1 + Math.Exp(-x)),
        GELU { Approximate: true } => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        GELU => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        Asinh asinh => asinh.Scale * Math.Asinh(x / asinh.Scale),
        Softplus softplus => Math.Log(1 + Math.Exp(softplus.Beta * x)) / softplus.Beta,
        _ => double.NaN,
    };

    /// <summary>What an operator on numbers gives; null for another one, or where an input is not known.</summary>
    private double[]? Compute(OnnxNode node, Dictionary<string, double[]> known, HashSet<double> scalars)
    {
        double[][] inputs = new double[node.Inputs.Count][];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (known.TryGetValue(node.Inputs[i], out double[]? values))
            {
                inputs[i] = values;
            }
            else if (_graph.Constant(node.Inputs[i]) is { Count: 1 } constant && node.Operation is "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Min" or "Max" && Single(node.Inputs[i]) is { } scalar)
            {
                scalars.Add(Math.Round(scalar, 7));
                scalars.Add(Rounded((float)(1 / scalar)));
                inputs[i] = [.. s_samples.Select(_ => scalar)];
            }
            else
            {
                return null;
            }
        }

        Func<double, double>? one = node.Operation switch
        {
            "Sigmoid" => x => 1 / (1 + Math.Exp(-x)),
            "Tanh" => Math.Tanh,
            "Erf" => Erf,
            "Exp" => Math.Exp,
            "Log" => Math.Log,
            "Softplus" => x => Math.Log(1 + Math.Exp(x)),
            "Asinh" => Math.Asinh,
            "Neg" => x => -x,
            "Identity" => x => x,
            _ => null,
        };
        Func<double, double, double>? two = node.Operation switch
        {
            "Add" => (a, b) => a + b,
            "Sub" => (a, b) => a - b,
            "Mul" => (a, b) => a * b,
            "Div" => (a, b) => a / b,
            "Pow" => Math.Pow,
            "Min" => Math.Min,
            "Max" => Math.Max,
            _ => null,
        };
        return node.Outputs.Count != 1 ? null
            : one is not null && inputs.Length == 1 ? [.. inputs[0].Select(one)]
            : two is not null && inputs.Length == 2 ? [.. inputs[0].Zip(inputs[1], two)]
            : null;
    }

    private double? Scalar(OnnxNode node, string x) => node.Inputs is [var a, var b] ? Single(a == x ? b : a) : null;

    private double? Single(string name) => _graph.Constant(name) is { Count: 1 } constant ? constant.Singles()[0] : null;

    /// <summary>The error function: its power series, and its continued fraction for large numbers (Abramowitz and Stegun, 7.1.5 and 7.1.14).</summary>
    private static double Erf(double x)
    {
        double z = Math.Abs(x);
        if (z < 3)
        {
            double term = z;
            double sum = z;
            for (int n = 1; n < 80; n++)
            {
                term *= -z * z / n;
                sum += term / ((2 * n) + 1);
            }

            return Math.CopySign(sum * 2 / Math.Sqrt(Math.PI), x);
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (z + fraction);
        }

        return Math.CopySign(1 - (Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction)), x);
    }
}
