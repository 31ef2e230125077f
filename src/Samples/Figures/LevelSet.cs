using System.Text;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>The part of a rectangle where a function given on a grid lies below a level, by linear interpolation along the grid's edges (marching squares).</summary>
internal static class LevelSet
{
    /// <summary>The path commands of that part; empty when it is nowhere below.</summary>
    /// <param name="heights">Values at the corners of the cells: rows from the bottom, columns from the left.</param>
    /// <param name="level">The level.</param>
    /// <param name="left">Pixel of the first column.</param>
    /// <param name="right">Pixel of the last column.</param>
    /// <param name="bottom">Pixel of the first row.</param>
    /// <param name="top">Pixel of the last row.</param>
    public static string Below(double[,] heights, double level, double left, double right, double bottom, double top)
    {
        int rows = heights.GetLength(0) - 1;
        int columns = heights.GetLength(1) - 1;
        var path = new StringBuilder();
        double X(double column) => left + ((right - left) * column / columns);
        double Y(double row) => bottom + ((top - bottom) * row / rows);
        bool Full(int row, int column) =>
            heights[row, column] < level && heights[row, column + 1] < level && heights[row + 1, column] < level && heights[row + 1, column + 1] < level;

        var corners = new List<(double X, double Y)>(8);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                corners.Clear();
                if (Full(row, column))
                {
                    // A run of whole cells is one rectangle.
                    int first = column;
                    while (column + 1 < columns && Full(row, column + 1))
                    {
                        column++;
                    }

                    corners.AddRange([(first, row), (column + 1, row), (column + 1, row + 1), (first, row + 1)]);
                }
                else
                {
                    AddPart(corners, heights, level, row, column);
                }

                for (int i = 0; i < corners.Count; i++)
                {
                    path.Append(i == 0 ? 'M' : 'L').Append(SvgWriter.Number(X(corners[i].X))).Append(' ').Append(SvgWriter.Number(Y(corners[i].Y)));
                }

                path.Append(corners.Count > 0 ? "z" : "");
            }
        }

        return path.ToString();
    }

    private static void AddPart(List<(double X, double Y)> corners, double[,] heights, double level, int row, int column)
    {
        ReadOnlySpan<(int Column, int Row)> around = [(0, 0), (1, 0), (1, 1), (0, 1)];
        for (int i = 0; i < 4; i++)
        {
            var (x, y) = around[i];
            var (nextX, nextY) = around[(i + 1) % 4];
            double here = heights[row + y, column + x];
            double next = heights[row + nextY, column + nextX];
            if (here < level)
            {
                corners.Add((column + x, row + y));
            }

            if (here < level != next < level)
            {
                double share = (level - here) / (next - here);
                corners.Add((column + x + (share * (nextX - x)), row + y + (share * (nextY - y))));
            }
        }
    }
}
