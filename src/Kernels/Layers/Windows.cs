namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the pooling layers share.</summary>
internal static class Windows
{
    public static void Validate(Size2D kernel, Size2D stride, Size2D padding, string layer)
    {
        Images.AtLeast(kernel, 1, "Kernel", layer);
        Images.AtLeast(stride, 1, "Stride", layer);
        Images.AtLeast(padding, 0, "Padding", layer);
        if (padding.Height >= kernel.Height || padding.Width >= kernel.Width)
        {
            throw new ArgumentOutOfRangeException(nameof(padding), padding, $"Padding of {layer} is {padding}, but it must be below the kernel {kernel}: else a window would lie wholly outside the image.");
        }
    }

    public static TensorShape Output(TensorShape input, Size2D kernel, Size2D stride, Size2D padding, string layer)
    {
        Images.Require(input, layer);
        PoolingShape shape = new(input[0], input[1], input[2], kernel, stride, padding);
        return Images.Output(input, input[0], shape.OutputHeight, shape.OutputWidth, kernel, padding, 1, layer);
    }
}
