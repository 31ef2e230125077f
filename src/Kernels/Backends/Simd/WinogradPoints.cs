using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Winograd's F(m, r) computes m neighbouring sums of r products each by m + r − 1 multiplications: y = Aᵀ[(G g) ⊙ (Bᵀ d)], polynomials multiplied at m + r − 1 points. Here the points are
/// 0, ±a = ±11/16, ±b = ±3/2 and ∞, for F(4, 3), F(2, 5) and, for the weights' gradient, F(3, 4) and F(5, 2): Bᵀ depends on the points only, Aᵀ and G are made for any m and r of that sum. All three are applied to whole lane
/// groups, one number of each at a time, so that no vector width changes a bit. In two dimensions each is applied to the columns of what it gave for the rows.
/// </summary>
/// <remarks>
/// S. Winograd, "Arithmetic complexity of computations", 1980; A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", 2016. The squares of a and b and what is made of them are exact, points of
/// opposite signs share their even and odd parts, and a · b ≈ 1 keeps powers small: these points round two to three times less than the usual 0, ±1, ±2, ∞. That other points than whole numbers do: B. Barabasz et al., "Error
/// analysis and improving the accuracy of Winograd convolution for deep neural networks", 2020.
/// </remarks>
internal static unsafe class WinogradPoints
{
    /// <summary>Number of points, the infinite one included.</summary>
    public const int Count = 6;

    /// <summary>Number of points in two dimensions.</summary>
    public const int Square = Count * Count;

    private const float A = 11 / 16f;
    private const float B = 3 / 2f;
    private const float A2 = A * A;
    private const float B2 = B * B;
    private const float ScaleA = (float)(1 / (2.0 * A2 * (A2 - B2)));
    private const float ScaleB = (float)(1 / (2.0 * B2 * (B2 - A2)));

    /// <summary>y = Bᵀ x: <see cref="Count"/> numbers of a tile of the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TLane>(float* x, nint xStep, float* y, nint yStep)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane x1 = TLane.Load(x + xStep);
        TLane x2 = TLane.Load(x + (2 * xStep));
        TLane x3 = TLane.Load(x + (3 * xStep));
        TLane x4 = TLane.Load(x + (4 * xStep));
        TLane minusA2 = TLane.Broadcast(-A2);
        TLane minusB2 = TLane.Broadcast(-B2);
        TLane product = TLane.Broadcast(A2 * B2);
        TLane minusSum = TLane.Broadcast(-A2 - B2);
        TLane evenA = TLane.FusedMultiplyAdd(minusB2, x2, x4);
        TLane oddA = TLane.FusedMultiplyAdd(minusB2, x1, x3);
        TLane evenB = TLane.FusedMultiplyAdd(minusA2, x2, x4);
        TLane oddB = TLane.FusedMultiplyAdd(minusA2, x1, x3);
        TLane.Store(TLane.FusedMultiplyAdd(product, TLane.Load(x), TLane.FusedMultiplyAdd(minusSum, x2, x4)), y);
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(A), oddA, evenA), y + yStep);
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(-A), oddA, evenA), y + (2 * yStep));
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(B), oddB, evenB), y + (3 * yStep));
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(-B), oddB, evenB), y + (4 * yStep));
        TLane.Store(TLane.FusedMultiplyAdd(product, x1, TLane.FusedMultiplyAdd(minusSum, x3, TLane.Load(x + (5 * xStep)))), y + (5 * yStep));
    }

    /// <summary>y = G x: <paramref name="taps"/> numbers, 2 to 5, become <see cref="Count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<TLane>(int taps, float* x, nint xStep, float* y, nint yStep)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane.Store(TLane.Load(x) * TLane.Broadcast(1 / (A2 * B2)), y);
        Pair<TLane>(taps, x, xStep, A, A2, ScaleA, y + yStep, yStep);
        Pair<TLane>(taps, x, xStep, B, B2, ScaleB, y + (3 * yStep), yStep);
        TLane.Store(TLane.Load(x + ((taps - 1) * xStep)), y + (5 * yStep));
    }

    /// <summary>y = Aᵀ x: <see cref="Count"/> numbers become <paramref name="outputs"/>, 2 to 5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TLane>(int outputs, float* x, nint xStep, float* y, nint yStep)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane plusA = TLane.Load(x + xStep);
        TLane minusA = TLane.Load(x + (2 * xStep));
        TLane plusB = TLane.Load(x + (3 * xStep));
        TLane minusB = TLane.Load(x + (4 * xStep));
        TLane evenA = plusA + minusA;
        TLane oddA = plusA - minusA;
        TLane evenB = plusB + minusB;
        TLane oddB = plusB - minusB;
        TLane last = TLane.Load(x + (5 * xStep));
        TLane.Store(TLane.Load(x) + (evenA + evenB), y);
        Power(1, outputs, oddA, A, oddB, B, last, y + yStep);
        Power(2, outputs, evenA, A2, evenB, B2, last, y + (2 * yStep));
        Power(3, outputs, oddA, A2 * A, oddB, B2 * B, last, y + (3 * yStep));
        Power(4, outputs, evenA, A2 * A2, evenB, B2 * B2, last, y + (4 * yStep));
    }

    /// <summary>scale · Σ x[k] · (±point)ᵏ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TLane>(int taps, float* x, nint xStep, float point, float square, float scale, float* y, nint yStep)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane even = Polynomial<TLane>((taps + 1) / 2, x, 2 * xStep, square) * TLane.Broadcast(scale);
        TLane odd = Polynomial<TLane>(taps / 2, x + xStep, 2 * xStep, square);
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(scale * point), odd, even), y);
        TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(-scale * point), odd, even), y + yStep);
    }

    /// <summary>Σ x[k] · zᵏ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Polynomial<TLane>(int terms, float* x, nint xStep, float z)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane sum = TLane.Load(x + ((terms - 1) * xStep));
        if (terms > 2)
        {
            sum = TLane.FusedMultiplyAdd(sum, TLane.Broadcast(z), TLane.Load(x + xStep));
        }

        return terms > 1 ? TLane.FusedMultiplyAdd(sum, TLane.Broadcast(z), TLane.Load(x)) : sum;
    }

    /// <summary>The output of a power of the points; the last one has the infinite point too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Power<TLane>(int power, int outputs, TLane a, float powerA, TLane b, float powerB, TLane last, float* y)
        where TLane : struct, ISimdLane<TLane>
    {
        if (power < outputs)
        {
            TLane sum = power == outputs - 1 ? TLane.FusedMultiplyAdd(TLane.Broadcast(powerA), a, last) : a * TLane.Broadcast(powerA);
            TLane.Store(TLane.FusedMultiplyAdd(TLane.Broadcast(powerB), b, sum), y);
        }
    }
}
