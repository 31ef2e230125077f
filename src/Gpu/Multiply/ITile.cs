using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The sums that one thread of a group of 256 holds in registers, and the sizes that follow from it.</summary>
/// <typeparam name="TSelf">The tile.</typeparam>
internal interface ITile<TSelf>
    where TSelf : struct, ITile<TSelf>
{
    /// <summary>Rows and columns that a group computes.</summary>
    static abstract int Lines { get; }

    /// <summary>Depth that a group brings into shared memory at once: <see cref="Lines"/> × this = 256 threads × 4 floats.</summary>
    static abstract int Depth { get; }

    /// <summary>Depths of <see cref="AddUnrolled"/>: as many as find room in the registers beside the sums, whose lines may all be read before the first product.</summary>
    static abstract int Unrolled { get; }

    /// <summary>How many times four sums.</summary>
    static abstract int Fours { get; }

    /// <summary>How far below the first sum the four of a number lie.</summary>
    static abstract int RowOf(int four);

    /// <summary>How far right of the first sum the four of a number lie.</summary>
    static abstract int ColumnOf(int four);

    /// <summary>What the sums start at.</summary>
    /// <param name="result">The product's result.</param>
    /// <param name="part">The part of the depth.</param>
    /// <param name="group">The group of a convolution.</param>
    /// <param name="row">The thread's first row.</param>
    /// <param name="column">The thread's first column.</param>
    static abstract TSelf Start<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule;

    /// <summary>The sums with the products of one depth.</summary>
    /// <param name="left">Lines of the left side, from the thread's first four on.</param>
    /// <param name="right">Lines of the right side, from the thread's first four on.</param>
    /// <param name="depth">Where the depth's lines begin.</param>
    TSelf Add(ArrayView<F4> left, ArrayView<F4> right, int depth);

    /// <summary>The sums with the products of <see cref="Unrolled"/> depths, in ascending order.</summary>
    /// <param name="left">Lines of the left side, from the thread's first four on.</param>
    /// <param name="right">Lines of the right side, from the thread's first four on.</param>
    /// <param name="step">From a depth to the next.</param>
    TSelf AddUnrolled(ArrayView<F4> left, ArrayView<F4> right, int step);

    /// <summary>Writes the sums.</summary>
    void Write<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule;
}
