namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Where each pixel of a changed image comes from: source = M · (pixel − centre − shift) + centre, with M the inverse of rotation, scale and flip. Between pixels it is
/// interpolated linearly in both directions.
/// </summary>
internal readonly struct ImageTransform
{
    private readonly double _xx;
    private readonly double _xy;
    private readonly double _yx;
    private readonly double _yy;
    private readonly int _shiftX;
    private readonly int _shiftY;

    private ImageTransform(double angle, double factor, bool flip, int shiftX, int shiftY)
    {
        double cosine = Math.Cos(angle) / factor;
        double sine = Math.Sin(angle) / factor;
        _xx = flip ? -cosine : cosine;
        _xy = flip ? -sine : sine;
        _yx = -sine;
        _yy = cosine;
        _shiftX = shiftX;
        _shiftY = shiftY;
    }

    /// <summary>Draws a transform; as many random numbers whatever the settings' values.</summary>
    public static ImageTransform Draw(ImageAugmentation augmentation, TensorShape shape, ref RandomStream random)
    {
        double angle = random.NextSigned(augmentation.Rotation) * Math.PI / 180;
        double factor = 1 + random.NextSigned(augmentation.Scale);
        bool flip = random.NextDouble() < 0.5 && augmentation.HorizontalFlip;
        int shiftX = random.NextInt32((2 * Math.Min(augmentation.Shift, shape[2])) + 1) - Math.Min(augmentation.Shift, shape[2]);
        int shiftY = random.NextInt32((2 * Math.Min(augmentation.Shift, shape[1])) + 1) - Math.Min(augmentation.Shift, shape[1]);
        return new ImageTransform(angle, factor, flip, shiftX, shiftY);
    }

    /// <summary>Makes the changed image.</summary>
    /// <param name="source">[channels, height, width].</param>
    /// <param name="destination">The same shape.</param>
    /// <param name="shape">That shape.</param>
    /// <param name="fill">What lies outside the source; null for the nearest pixel of its border.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, TensorShape shape, float? fill)
    {
        int height = shape[1];
        int width = shape[2];
        int plane = height * width;
        double centerX = (width - 1) / 2.0;
        double centerY = (height - 1) / 2.0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double fromX = x - centerX - _shiftX;
                double fromY = y - centerY - _shiftY;
                double sourceX = (_xx * fromX) + (_xy * fromY) + centerX;
                double sourceY = (_yx * fromX) + (_yy * fromY) + centerY;
                int left = (int)Math.Floor(sourceX);
                int top = (int)Math.Floor(sourceY);
                float right = (float)(sourceX - left);
                float bottom = (float)(sourceY - top);
                int target = (y * width) + x;
                if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < height)
                {
                    int place = (top * width) + left;
                    for (int channel = 0; channel < source.Length; channel += plane)
                    {
                        ReadOnlySpan<float> corner = source[(channel + place)..];
                        destination[channel + target] = Mix(corner[0], corner[1], corner[width], corner[width + 1], right, bottom);
                    }
                }
                else
                {
                    for (int channel = 0; channel < source.Length; channel += plane)
                    {
                        ReadOnlySpan<float> image = source.Slice(channel, plane);
                        destination[channel + target] = Mix(
                            Pixel(image, width, height, left, top, fill),
                            Pixel(image, width, height, left + 1, top, fill),
                            Pixel(image, width, height, left, top + 1, fill),
                            Pixel(image, width, height, left + 1, top + 1, fill),
                            right,
                            bottom);
                    }
                }
            }
        }
    }

    private static float Pixel(ReadOnlySpan<float> image, int width, int height, int x, int y, float? fill) =>
        fill is { } value && !((uint)x < (uint)width && (uint)y < (uint)height) ? value : image[(Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)];

    /// <summary>The exact corner where nothing lies between pixels.</summary>
    private static float Mix(float topLeft, float topRight, float bottomLeft, float bottomRight, float right, float bottom)
    {
        float top = topLeft + (right * (topRight - topLeft));
        float low = bottomLeft + (right * (bottomRight - bottomLeft));
        return top + (bottom * (low - top));
    }
}
