namespace MLNet.GradientTrainers.DigitService.Images;

/// <summary>What was written on paper: an ink value for each pixel, 0 for paper to 1 for full ink, rows from the top.</summary>
/// <param name="Width">Pixels of a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Ink">Width × height values in [0, 1].</param>
internal sealed record InkImage(int Width, int Height, float[] Ink)
{
    /// <summary>The smallest rectangle round all that is darker than a tenth of the darkest ink; null when nothing is written.</summary>
    public InkBox? Box()
    {
        const float Blank = 0.02f;
        const float Faint = 0.1f;
        float darkest = Ink.Max();
        if (darkest < Blank)
        {
            return null;
        }

        int left = Width, top = Height, right = -1, bottom = -1;
        for (int i = 0; i < Ink.Length; i++)
        {
            if (Ink[i] > Faint * darkest)
            {
                (int y, int x) = Math.DivRem(i, Width);
                left = Math.Min(left, x);
                right = Math.Max(right, x);
                top = Math.Min(top, y);
                bottom = Math.Max(bottom, y);
            }
        }

        return new InkBox(left, top, right - left + 1, bottom - top + 1);
    }
}

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
internal readonly record struct InkBox(int Left, int Top, int Width, int Height);
