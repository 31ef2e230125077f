using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A random orthogonal matrix times a gain: of the fanIn × outputs weights W, columns have the length <see cref="Gain"/> and stand at right angles when there are at least as
/// many inputs as outputs, rows when there are fewer. Signals neither grow nor fade through such layers, however many there are.
/// </summary>
/// <param name="Gain">The length, above 0; √2 suits ReLU.</param>
/// <remarks>
/// Gaussian vectors made orthonormal by Gram and Schmidt, so that every orthogonal matrix is as likely. For weights, not for biases. The cost grows as
/// fanIn · outputs · min(fanIn, outputs). A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014.
/// </remarks>
public sealed record Orthogonal(double Gain = 1) : Initializer
{
    /// <inheritdoc/>
    public override string Name => "orthogonal";

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Gain, nameof(Gain), Name);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The parameter is no matrix of <paramref name="fanIn"/> rows.</exception>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        if (fanIn < 1 || destination.Length % fanIn != 0)
        {
            throw new ArgumentException(
                $"The {Name} initializer fills matrices of fanIn = {fanIn} rows, which a parameter of {destination.Length} numbers is not. Use it for weights; a bias starts well from {nameof(Zeros)}.",
                nameof(destination));
        }

        int columns = destination.Length / fanIn;
        double[][] vectors = Orthonormal(Math.Min(fanIn, columns), Math.Max(fanIn, columns), random);
        for (int i = 0; i < fanIn; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                destination[(i * columns) + j] = T.CreateTruncating(Gain * (columns <= fanIn ? vectors[j][i] : vectors[i][j]));
            }
        }
    }

    private static double[][] Orthonormal(int count, int length, RandomSource random)
    {
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            vectors[i] = new double[length];
            foreach (ref double element in vectors[i].AsSpan())
            {
                element = random.NextGaussian();
            }

            double norm = Norm(vectors[i]);
            double before;
            do
            {
                before = norm;
                for (int j = 0; j < i; j++)
                {
                    Wide.AddScaled(-Wide.Dot(vectors[j], vectors[i]), vectors[j], vectors[i]);
                }

                norm = Norm(vectors[i]);
            }
            while (norm < before / 2); // Where much was taken away, rounding has left a part that is not at right angles: once more (W. Kahan).

            Wide.Scale(vectors[i], 1 / norm);
        }

        return vectors;
    }

    private static double Norm(double[] vector) => Math.Sqrt(Wide.Dot(vector, vector));
}
