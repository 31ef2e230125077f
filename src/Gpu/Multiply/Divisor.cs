using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// Division of numbers that are not negative by one that is the same for a whole kernel: a product and a shift, as a device has no instruction for it.
/// </summary>
/// <remarks>
/// ⌊n / d⌋ = (n · m) ≫ (31 + s) with s = ⌈log₂ d⌉ and m = ⌈2^(31 + s) / d⌉, for 0 ≤ n &lt; 2³¹. T. Granlund, P. L. Montgomery, Division by Invariant Integers using Multiplication, 1994.
/// </remarks>
internal readonly struct Divisor
{
    private readonly int _value;
    private readonly uint _multiplier;
    private readonly int _shift;

    /// <param name="value">What is divided by, above 0.</param>
    public Divisor(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        int log = 32 - BitOperations.LeadingZeroCount((uint)value - 1);
        _value = value;
        _shift = 31 + log;
        _multiplier = (uint)(((1UL << _shift) + (uint)value - 1) / (uint)value);
    }

    /// <summary>⌊n / d⌋.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Quotient(int n) => (int)(((ulong)(uint)n * _multiplier) >> _shift);

    /// <summary>n − d · quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Remainder(int n, int quotient) => n - (quotient * _value);
}
