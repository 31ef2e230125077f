using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers;

/// <summary>
/// What makes probabilities of a binary model's outputs z: logit = <see cref="Slope"/> · z + <see cref="Offset"/>, P(true) = 1 / (1 + e^−logit). With slope 1 and offset 0 they are taken as they are.
/// </summary>
/// <remarks>
/// Fitted by maximum likelihood on rows that the output was not trained on, whose answers count as (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2), so that a perfect separation stays finite. J. Platt,
/// "Probabilistic outputs for support vector machines", 1999; H.-T. Lin, C.-J. Lin, R. Weng, "A note on Platt's probabilistic outputs", 2007.
/// </remarks>
/// <param name="Slope">What outputs are multiplied with, above 0.</param>
/// <param name="Offset">What is added.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PlattScaling(double Slope, double Offset)
{
    /// <summary>Outputs that tell nothing, or the contrary of the truth, keep their order.</summary>
    private const double SmallestSlope = 0.01;

    private const int MostSteps = 100;
    private const double SmallestGain = 1e-12;

    /// <summary>Outputs as they are.</summary>
    public static PlattScaling None { get; } = new(1, 0);

    /// <summary>P(true) of a logit.</summary>
    public static float Probability(float logit) => (float)Sigmoid(logit);

    /// <summary>The logit of an output.</summary>
    public float Logit(float output) => (float)((Slope * output) + Offset);

    /// <summary>Fits outputs to the answers that rows have.</summary>
    /// <param name="rows">Rows that the outputs were not trained on.</param>
    /// <returns>None where the rows have one answer only, or weigh nothing.</returns>
    internal static PlattScaling Fit(HeldOutOutputs rows)
    {
        double yes = rows.Weight(answer: true);
        double no = rows.Weight(answer: false);
        if (!(yes > 0) || !(no > 0))
        {
            return None;
        }

        double unit = Math.Sqrt(rows.Outputs.Average(z => z * z));
        if (!(unit > 0) || !double.IsFinite(unit))
        {
            return None;
        }

        double[] z = Array.ConvertAll(rows.Outputs, output => output / unit);
        double[] t = Array.ConvertAll(rows.Answers, answer => answer ? (yes + 1) / (yes + 2) : 1 / (no + 2));
        var (slope, offset) = Minimize(z, t, rows.Weights, unit, Math.Log((yes + 1) / (no + 1)), isSlopeFixed: false);
        if (slope < SmallestSlope * unit)
        {
            (slope, offset) = Minimize(z, t, rows.Weights, SmallestSlope * unit, 0, isSlopeFixed: true);
        }

        return new PlattScaling(slope / unit, offset);
    }

    /// <summary>Newton's method with steps that are halved until they gain.</summary>
    private static (double Slope, double Offset) Minimize(double[] z, double[] t, double[] weights, double slope, double offset, bool isSlopeFixed)
    {
        double loss = Loss(slope, offset);
        for (int step = 0; step < MostSteps; step++)
        {
            (double ga, double gb, double haa, double hab, double hbb) = (0, 0, 1e-12, 0, 1e-12);
            for (int i = 0; i < z.Length; i++)
            {
                double p = Sigmoid((slope * z[i]) + offset);
                double error = weights[i] * (p - t[i]);
                double curvature = weights[i] * p * (1 - p);
                ga += error * z[i];
                gb += error;
                haa += curvature * z[i] * z[i];
                hab += curvature * z[i];
                hbb += curvature;
            }

            double determinant = (haa * hbb) - (hab * hab);
            double da = isSlopeFixed ? 0 : ((hbb * ga) - (hab * gb)) / determinant;
            double db = isSlopeFixed ? gb / hbb : ((haa * gb) - (hab * ga)) / determinant;
            double share = 1;
            double next = Loss(slope - da, offset - db);
            while (!(next <= loss) && share > 1e-10)
            {
                share /= 2;
                next = Loss(slope - (share * da), offset - (share * db));
            }

            if (!(next <= loss))
            {
                break;
            }

            bool isEnd = loss - next <= SmallestGain * Math.Abs(loss);
            (slope, offset, loss) = (slope - (share * da), offset - (share * db), next);
            if (isEnd)
            {
                break;
            }
        }

        return (slope, offset);

        double Loss(double a, double b)
        {
            double sum = 0;
            for (int i = 0; i < z.Length; i++)
            {
                // ln(1 + e^x) − t·x, of which nothing overflows.
                double x = (a * z[i]) + b;
                sum += weights[i] * (Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x))) - (t[i] * x));
            }

            return sum;
        }
    }

    private static double Sigmoid(double x)
    {
        double small = Math.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : small) / (1 + small);
    }
}
