namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Several floats in one register: what <see cref="ILane{TSelf}"/> needs from the machine, and the 32-bit integer operations on their bit
/// patterns that <see cref="LaneMath"/> and the dropout mask are made of. Every operation is exact or rounded once, so that all widths give the same bits.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ISimdLane<TSelf> : ILane<TSelf>
    where TSelf : struct, ISimdLane<TSelf>
{
    /// <summary>Numbers in one lane group: a divisor of 16.</summary>
    static abstract int Count { get; }

    /// <summary>All numbers set to a value.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>All bit patterns set to a value.</summary>
    static abstract TSelf BroadcastBits(uint bits);

    /// <summary>Bit patterns 0, 1, 2, …</summary>
    static abstract TSelf Indices { get; }

    /// <summary>Reads <see cref="Count"/> numbers, at any address.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Writes <see cref="Count"/> numbers.</summary>
    static abstract void Store(TSelf value, float* destination);

    /// <summary>Writes the first <paramref name="count"/> numbers, below <see cref="Count"/>.</summary>
    static abstract void StorePart(TSelf value, float* destination, int count);

    /// <summary>a + b as 32-bit integers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>a − b as 32-bit integers.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>a · b as 32-bit integers.</summary>
    static abstract TSelf MultiplyBits(TSelf a, TSelf b);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf And(TSelf a, TSelf b);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf Or(TSelf a, TSelf b);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf Xor(TSelf a, TSelf b);

    /// <summary>Shift towards the high bits.</summary>
    static abstract TSelf ShiftLeft(TSelf a, int count);

    /// <summary>Shift towards the low bits, copying the sign.</summary>
    static abstract TSelf ShiftRightArithmetic(TSelf a, int count);

    /// <summary>Shift towards the low bits, filling with zeros.</summary>
    static abstract TSelf ShiftRightLogical(TSelf a, int count);

    /// <summary>Signed 32-bit integers to floats.</summary>
    static abstract TSelf ConvertBitsToSingle(TSelf a);

    /// <summary>Mask of a ≥ b as unsigned 32-bit integers.</summary>
    static abstract TSelf GreaterOrEqualBits(TSelf a, TSelf b);

    /// <summary>Mask of a = b; false for NaN.</summary>
    static abstract TSelf EqualTo(TSelf a, TSelf b);

    /// <summary>One bit for each number of a mask, the first one lowest.</summary>
    static abstract uint MaskBits(TSelf mask);
}
