using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// One float of one thread of a device: activations, losses and optimizers compute on it by the same rules as on the processor's vectors, and exp, log, tanh, erf and asinh are the same
/// polynomials (<see cref="LaneMath"/>), not the device's coarse approximations.
/// </summary>
/// <remarks>
/// A product and a sum are two instructions here, which the device's own assembler may join: results differ from the processor's in the last bits. A mask has all bits set for true, none for false.
/// </remarks>
internal readonly unsafe struct GpuLane(float value) : ISimdLane<GpuLane>
{
    private readonly float _value = value;

    /// <summary>The number.</summary>
    public float Value => _value;

    public static int Count => 1;

    public static GpuLane Indices => new(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Create(double value) => new((float)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Create(RuleConstant value) => new(value.Single);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Broadcast(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane BroadcastBits(uint bits) => FromBits(bits);

    public static GpuLane Load(float* source) => new(*source);

    public static void Store(GpuLane value, float* destination) => *destination = value._value;

    public static void StorePart(GpuLane value, float* destination, int count)
    {
        if (count > 0)
        {
            *destination = value._value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane operator +(GpuLane a, GpuLane b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane operator -(GpuLane a, GpuLane b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane operator *(GpuLane a, GpuLane b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane operator /(GpuLane a, GpuLane b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane operator -(GpuLane a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane FusedMultiplyAdd(GpuLane a, GpuLane b, GpuLane c) => new((a._value * b._value) + c._value);

    // Not the device's max and min: those drop a NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Max(GpuLane a, GpuLane b) => new(a._value > b._value || IsNaN(a._value) ? a._value : b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Min(GpuLane a, GpuLane b) => new(a._value < b._value || IsNaN(a._value) ? a._value : b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Abs(GpuLane a) => FromBits(Bits(a) & 0x7FFFFFFFU);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Sqrt(GpuLane a) => new(MathF.Sqrt(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Exp(GpuLane a) => LaneMath.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Log(GpuLane a) => LaneMath.Log(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Tanh(GpuLane a) => LaneMath.Tanh(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Erf(GpuLane a) => LaneMath.Erf(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Asinh(GpuLane a) => LaneMath.Asinh(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane GreaterThan(GpuLane a, GpuLane b) => Mask(a._value > b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane EqualTo(GpuLane a, GpuLane b) => Mask(a._value == b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaskBits(GpuLane mask) => Bits(mask) & 1U;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Select(GpuLane mask, GpuLane whenTrue, GpuLane whenFalse) => Bits(mask) != 0 ? whenTrue : whenFalse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane AddBits(GpuLane a, GpuLane b) => FromBits(Bits(a) + Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane SubtractBits(GpuLane a, GpuLane b) => FromBits(Bits(a) - Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane MultiplyBits(GpuLane a, GpuLane b) => FromBits(Bits(a) * Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane And(GpuLane a, GpuLane b) => FromBits(Bits(a) & Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Or(GpuLane a, GpuLane b) => FromBits(Bits(a) | Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane Xor(GpuLane a, GpuLane b) => FromBits(Bits(a) ^ Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane ShiftLeft(GpuLane a, int count) => FromBits(Bits(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane ShiftRightArithmetic(GpuLane a, int count) => FromBits((uint)((int)Bits(a) >> count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane ShiftRightLogical(GpuLane a, int count) => FromBits(Bits(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane ConvertBitsToSingle(GpuLane a) => new((int)Bits(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuLane GreaterOrEqualBits(GpuLane a, GpuLane b) => Mask(Bits(a) >= Bits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNaN(float value) => (Interop.FloatAsInt(value) & 0x7FFFFFFFU) > 0x7F800000U;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(GpuLane a) => Interop.FloatAsInt(a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuLane FromBits(uint bits) => new(Interop.IntAsFloat(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuLane Mask(bool holds) => FromBits(holds ? 0xFFFFFFFFU : 0U);
}
