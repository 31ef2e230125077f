namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// One side of a product, as the multiply reads it: element(line, depth), where a line is a row of the left matrix or a column of the right one, and products are summed over the depth.
/// A matrix that lies in memory or one that is only thought of, such as the patches of images that a convolution multiplies.
/// </summary>
internal interface IOperand
{
    /// <summary>Whether four elements that are read at once lie along the depth; else they are of four lines.</summary>
    static abstract bool AlongDepth { get; }

    /// <summary>What is the same for all depths.</summary>
    /// <param name="group">The group of a convolution; else 0.</param>
    /// <param name="line">The line, or the first one of four; may be behind the last.</param>
    Place At(int group, int line);

    /// <summary>Four elements: of depth … depth + 3, or of four lines. What is not there is 0.</summary>
    /// <param name="place">The line's, or the first line's.</param>
    /// <param name="depth">The depth, or the first one; a multiple of 4 along the depth.</param>
    /// <param name="end">What is not read any more.</param>
    F4 Load(Place place, int depth, int end);
}
