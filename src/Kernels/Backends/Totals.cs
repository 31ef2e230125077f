using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Sums in double precision that a back end leaves in its own memory, so that nobody waits for them until they are read: see <see cref="IBackend{T}.Sum(Tensor{T}, Totals, int)"/>.
/// </summary>
public abstract class Totals : IDisposable
{
    /// <summary>How many sums there is room for.</summary>
    public abstract int Length { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}

/// <summary>
/// Clipping of a gradient by its norm, of which the square stands in <see cref="Totals"/>: the gradient is scaled by min(1, limit / norm), and where the norm is infinite or NaN the whole step is left out.
/// </summary>
/// <param name="Squares">Where the squared norm stands.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Limit">The largest norm, above 0.</param>
public readonly record struct NormClip(Totals Squares, int Index, double Limit)
{
    /// <summary>The factor of the gradient for a norm; false where the step is to be left out.</summary>
    /// <param name="squares">The squared norm.</param>
    /// <param name="limit">The largest norm.</param>
    /// <param name="scale">The factor, in (0, 1].</param>
    public static bool TryScale(double squares, double limit, out double scale)
    {
        double norm = Math.Sqrt(squares);
        scale = norm > limit ? limit / norm : 1;
        return double.IsFinite(norm);
    }
}

/// <summary>Totals in the processor's memory, for the back ends that compute there.</summary>
internal sealed class HostTotals(int length) : Totals
{
    private double[]? _values = new double[length];

    public override int Length { get; } = length;

    /// <summary>The sums of totals that belong to a back end of the processor.</summary>
    /// <exception cref="ArgumentException">They belong to another back end.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double[] Values(Totals totals) => totals is HostTotals host
        ? host._values ?? throw new ObjectDisposedException(nameof(Totals), "The memory of the totals has been given back.")
        : throw new ArgumentException($"The totals belong to another back end ({totals?.GetType().Name ?? "none"}).", nameof(totals));

    /// <summary>The transform with the clip's factor in it; false where the step is to be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryClip<T>(in UpdatePass<T> pass, out GradientTransform transform)
        where T : unmanaged
    {
        transform = pass.Transform;
        if (pass.Clip is not { } clip)
        {
            return true;
        }

        bool finite = NormClip.TryScale(Values(clip.Squares)[clip.Index], clip.Limit, out double scale);
        transform = transform with { Scale = transform.Scale * scale };
        return finite;
    }

    protected override void Dispose(bool disposing) => _values = null;
}
