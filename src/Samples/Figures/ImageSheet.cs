using System.Text;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>An image with a caption.</summary>
/// <param name="Pixels">Height × width values, rows from the top; the smallest is drawn as paper, the largest as ink.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Caption">The text above it.</param>
/// <param name="Color">Colour of the caption.</param>
internal sealed record CaptionedImage(float[] Pixels, int Height, int Width, string Caption, string Color = Theme.Text);

/// <summary>A sheet of grey images in rows, each under its caption.</summary>
/// <param name="Title">The line above all.</param>
/// <param name="Subtitle">Second line, smaller.</param>
/// <param name="Images">The images, row by row.</param>
/// <param name="Columns">Images of a row; more than three are drawn smaller, so that the sheet keeps its width.</param>
internal sealed record ImageSheet(string Title, string Subtitle, IReadOnlyList<CaptionedImage> Images, int Columns = 3)
{
    private const int Shades = 16;
    private const double Width = 656;
    private const double Margin = 40;
    private const double Head = 92;
    private const double CaptionHeight = 34;

    private double Gap => Columns <= 3 ? 34 : 20;

    private double Side => (Width - ((Columns - 1) * Gap)) / Columns;

    /// <summary>Writes the sheet as an SVG file.</summary>
    public void Save(string path)
    {
        int rows = (Images.Count + Columns - 1) / Columns;
        double width = (2 * Margin) + (Columns * Side) + ((Columns - 1) * Gap);
        double height = Head + (rows * (CaptionHeight + Side)) + ((rows - 1) * Gap / 2) + Margin;

        SvgWriter.Save(path, width, height, Title, Draw);
    }

    private void Draw(SvgWriter svg)
    {
        svg.Text(Margin, 42, Title, 20, Theme.Text, ("font-weight", "600"));
        svg.Text(Margin, 65, Subtitle, 13, Theme.Muted);
        for (int i = 0; i < Images.Count; i++)
        {
            double x = Margin + (i % Columns * (Side + Gap));
            double y = Head + (i / Columns * (CaptionHeight + Side + (Gap / 2)));
            svg.Text(x + (Side / 2), y + 22, Images[i].Caption, 16, Images[i].Color, ("text-anchor", "middle"), ("font-weight", "500"));
            Draw(svg, Images[i], x, y + CaptionHeight);
        }
    }

    private void Draw(SvgWriter svg, CaptionedImage image, double x, double y)
    {
        svg.Rectangle(x - 4, y - 4, Side + 8, Side + 8, "#f7f8fa", ("stroke", Theme.Grid), ("rx", 6));
        double scale = Side / Math.Max(image.Height, image.Width);
        double dx = x + ((Side - (scale * image.Width)) / 2);
        double dy = y + ((Side - (scale * image.Height)) / 2);
        using var group = svg.Group(("transform", $"translate({SvgWriter.Number(dx)} {SvgWriter.Number(dy)}) scale({SvgWriter.Number(scale)})"), ("shape-rendering", "crispEdges"));

        // One path for each shade: the runs of that shade, one after the other.
        var paths = Enumerable.Range(0, Shades).Select(_ => new StringBuilder()).ToArray();
        float low = image.Pixels.Min();
        float range = image.Pixels.Max() - low;
        int Shade(int row, int column) => range > 0 ? (int)MathF.Round((image.Pixels[(row * image.Width) + column] - low) / range * (Shades - 1)) : 0;

        for (int row = 0; row < image.Height; row++)
        {
            int end;
            for (int start = 0; start < image.Width; start = end)
            {
                int shade = Shade(row, start);
                end = start + 1;
                while (end < image.Width && Shade(row, end) == shade)
                {
                    end++;
                }

                paths[shade].Append($"M{start} {row}h{end - start}v1h-{end - start}z");
            }
        }

        // The lowest shade is the paper, already there.
        for (int shade = 1; shade < Shades; shade++)
        {
            if (paths[shade].Length > 0)
            {
                svg.Path(paths[shade].ToString(), Grey(shade));
            }
        }
    }

    /// <summary>From the paper's #f7f8fa to the ink's #141824.</summary>
    private static string Grey(int shade)
    {
        double ink = shade / (Shades - 1.0);
        int Mix(int paper, int full) => (int)Math.Round(paper + (ink * (full - paper)));
        return $"#{Mix(0xf7, 0x14):x2}{Mix(0xf8, 0x18):x2}{Mix(0xfa, 0x24):x2}";
    }
}
