using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>A search and all points that it tried.</summary>
/// <param name="Name">The method.</param>
/// <param name="Result">What it found.</param>
/// <param name="Tried">The points in order, with the error there.</param>
internal sealed record TracedSearch(string Name, SearchResult Result, IReadOnlyList<(double[] Point, double Error)> Tried)
{
    /// <summary>Runs a search on a function and keeps what it asks for.</summary>
    public static TracedSearch Run(string name, ScalarFunction function, Func<ScalarFunction, SearchResult> search)
    {
        var tried = new List<(double[] Point, double Error)>();
        SearchResult result = search(point =>
        {
            double error = function(point);
            tried.Add((point.ToArray(), error));
            return error;
        });
        return new TracedSearch(name, result, tried);
    }
}

/// <summary>
/// The errors that the searches minimise, and where. The line's height is told at the middle of the data: slope and height then do not depend on each other, as slope and the
/// height at 0 would.
/// </summary>
/// <param name="Table">Rows of one feature.</param>
/// <param name="Slopes">The slopes to try.</param>
/// <param name="GridSlopes">The 16 slopes of the grid.</param>
/// <param name="GridHeights">The 16 heights of the grid.</param>
/// <param name="ThroughZero">Whether the line of the first search goes through (0, 0), else through the middle of the data.</param>
internal sealed record LineSearches(RegressionTable Table, SearchAxis Slopes, SearchAxis GridSlopes, SearchAxis GridHeights, bool ThroughZero)
{
    private const int GridSide = 16;

    private double MeanX { get; } = Table.Features.Average(row => row[0]);

    /// <summary>The middle of the labels.</summary>
    public double MeanY { get; } = Table.Labels.Average();

    /// <summary>The three points, slopes from 0 to 4.</summary>
    public static LineSearches Own { get; } = new(RegressionTable.ThreePoints, new SearchAxis(0, 4, 0.1), new SearchAxis(0, 3.75, 0.25), new SearchAxis(0, 7.5, 0.5), ThroughZero: true);

    /// <summary>Rows of a file: no slope of least squares is steeper than the deviation of the label by that of the feature.</summary>
    /// <exception cref="SampleException">The feature or the label never changes.</exception>
    public static LineSearches Of(RegressionTable table)
    {
        double spread = Changing(table.LabelName, table.Labels);
        double steepest = spread / Changing(table.FeatureNames[0], table.Column());
        double mean = table.Labels.Average();
        return new LineSearches(
            table, new SearchAxis(-steepest, steepest, steepest / 20), Side(-steepest, steepest), Side(mean - spread, mean + spread), ThroughZero: false);
    }

    /// <summary>The error of a slope.</summary>
    public double SlopeError(double slope) => ThroughZero ? Table.MeanSquaredError(x => slope * x[0]) : LineError(slope, MeanY);

    /// <summary>The error of a slope and a height at the middle of the data.</summary>
    public double LineError(double slope, double height) => Table.MeanSquaredError(x => height + (slope * (x[0] - MeanX)));

    /// <summary>The height at 0 of a line.</summary>
    public double Intercept(double slope, double height) => height - (slope * MeanX);

    /// <summary>Both searches of one slope.</summary>
    public IReadOnlyList<TracedSearch> Line()
    {
        ScalarFunction error = point => SlopeError(point[0]);
        SearchAxis[] axes = [Slopes];
        return
        [
            TracedSearch.Run("exhaustive", error, f => GridSearch.Exhaustive(f, axes)),
            TracedSearch.Run("divide and conquer", error, f => GridSearch.DivideAndConquer(f, axes)),
            TracedSearch.Run("greedy descent", error, f => GridSearch.GreedyDescent(f, axes, [Slopes.From])),
        ];
    }

    /// <summary>The searches of slope and height.</summary>
    public IReadOnlyList<TracedSearch> Grid()
    {
        ScalarFunction error = point => LineError(point[0], point[1]);
        SearchAxis[] axes = [GridSlopes, GridHeights];
        return
        [
            TracedSearch.Run("exhaustive", error, f => GridSearch.Exhaustive(f, axes)),
            TracedSearch.Run("divide and conquer", error, f => GridSearch.DivideAndConquer(f, axes)),
            TracedSearch.Run("greedy descent", error, f => GridSearch.GreedyDescent(f, axes, [GridSlopes.From, GridHeights.From])),
        ];
    }

    private static SearchAxis Side(double from, double to) => new(from, to, (to - from) / (GridSide - 1));

    private static double Changing(string name, double[] column) => ColumnScale.Of(column).Deviation is > 0 and var deviation
        ? deviation
        : throw new SampleException($"Column '{name}' never changes, so that there is no slope to search. Choose another one with --label or --features.");
}
