namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// What is done to training images, each time with other random numbers: rotation, scale and flip about the centre, shift, then noise, then cutout. The default does nothing.
/// </summary>
/// <remarks>Cutout: T. DeVries, G. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.</remarks>
public sealed record ImageAugmentation
{
    /// <summary>Nothing is done: training sees the images as they are.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>Largest shift to each side in whole pixels, along both directions; uniform. At least 0.</summary>
    public int Shift { get; init; }

    /// <summary>Largest rotation to each side in degrees; uniform in ±Rotation. In [0, 180].</summary>
    public double Rotation { get; init; }

    /// <summary>Largest relative change of size: the factor is uniform in [1 − Scale, 1 + Scale]. In [0, 1).</summary>
    public double Scale { get; init; }

    /// <summary>Mirrors every second image, at random, left to right. Not for digits and letters.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Standard deviation of the normal noise that is added to every number. At least 0.</summary>
    public double Noise { get; init; }

    /// <summary>Side in pixels of a square at a random place, which may reach beyond the border, that is filled: with <see cref="FillValue"/>, or its channel's mean where that is null. 0 for none.</summary>
    public int Cutout { get; init; }

    /// <summary>
    /// The value of what comes from outside the image and of what is cut out: the background's, in the units of the images that are given. Null, the default, goes on with the nearest pixel of
    /// the border, which suits any background and scale.
    /// </summary>
    public double? FillValue { get; init; }

    /// <summary>Whether pixels move.</summary>
    internal bool Moves => Shift > 0 || Rotation > 0 || Scale > 0 || HorizontalFlip;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        const string Owner = nameof(ImageAugmentation);
        Guard.AtLeast(Shift, 0, nameof(Shift), Owner);
        Guard.NotNegative(Rotation, nameof(Rotation), Owner);
        Guard.AtMost(Rotation, 180, nameof(Rotation), Owner);
        Guard.InRange(Scale, 0, 1, nameof(Scale), Owner);
        Guard.NotNegative(Noise, nameof(Noise), Owner);
        Guard.AtLeast(Cutout, 0, nameof(Cutout), Owner);
        Guard.Finite(FillValue ?? 0, nameof(FillValue), Owner);
    }
}
