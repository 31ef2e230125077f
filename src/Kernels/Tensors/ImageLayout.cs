namespace MLNet.GradientTrainers.Kernels;

/// <summary>The order of the numbers of an image. A shape says [channels, height, width] in either case.</summary>
public enum ImageLayout
{
    /// <summary>One channel after another, each row by row: [channels, height, width] (also called CHW, or planar).</summary>
    ChannelsFirst,

    /// <summary>One pixel after another, each with all its channels: [height, width, channels] (also called HWC, or interleaved).</summary>
    ChannelsLast,
}
