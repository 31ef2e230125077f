using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Computes a function at points of a grid, counts, and remembers the best.</summary>
internal sealed class GridProbe
{
    private readonly ScalarFunction _function;
    private readonly SearchAxis[] _axes;
    private readonly List<IReadOnlyList<double>> _path = [];
    private double _best = double.PositiveInfinity;
    private int _evaluations;

    public GridProbe(ScalarFunction function, ReadOnlySpan<SearchAxis> axes)
    {
        ArgumentNullException.ThrowIfNull(function);
        _axes = axes.ToArray();
        if (_axes.Length == 0 || Array.Exists(_axes, axis => axis.Count == 0))
        {
            throw new ArgumentException("A search needs at least one axis, each made with its range.", nameof(axes));
        }

        _function = function;
        Counts = Array.ConvertAll(_axes, axis => axis.Count);
    }

    /// <summary>Values of each axis.</summary>
    public int[] Counts { get; }

    /// <summary>The variables at a point of the grid.</summary>
    public double[] Point(ReadOnlySpan<int> index)
    {
        double[] point = new double[index.Length];
        for (int axis = 0; axis < index.Length; axis++)
        {
            point[axis] = _axes[axis][index[axis]];
        }

        return point;
    }

    /// <summary>The function at a point of the grid.</summary>
    public double Try(ReadOnlySpan<int> index)
    {
        double[] point = Point(index);
        double value = _function(point);
        _evaluations++;
        if (value < _best || (_path.Count == 0 && !double.IsNaN(value)))
        {
            _best = value;
            _path.Add(point);
        }

        return value;
    }

    /// <summary>The index nearest to a point; the grid's middle for none.</summary>
    public int[] Nearest(ReadOnlySpan<double> point)
    {
        if (point.IsEmpty)
        {
            return Array.ConvertAll(Counts, count => (count - 1) / 2);
        }

        if (point.Length != _axes.Length)
        {
            throw new ArgumentException($"The start has {point.Length} variables, the grid {_axes.Length}. Make the two agree.", "start");
        }

        int[] index = new int[point.Length];
        for (int axis = 0; axis < index.Length; axis++)
        {
            if (!double.IsFinite(point[axis]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The start has {point[axis]} as variable {axis}. Start from a finite number."), "start");
            }

            index[axis] = (int)Math.Clamp(Math.Round((point[axis] - _axes[axis].From) / _axes[axis].Step), 0, Counts[axis] - 1);
        }

        return index;
    }

    public SearchResult Result() => _path.Count > 0
        ? new SearchResult(_path[^1], _best, _evaluations, _path.AsReadOnly())
        : throw new InvalidOperationException($"The function is NaN at all {_evaluations} points that were tried. Search where it is defined.");
}
