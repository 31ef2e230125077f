using MLNet.GradientTrainers.Kernels;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// A density over [0, 1] by some values in it: the mean of normal densities that are cut to [0, 1], one at each value and one, of deviation 1, at 0.5. The deviation of one at a value is the distance
/// to the farther neighbour, the ends of the range among them, at least 1 / min(100, n + 1) for n values.
/// </summary>
internal sealed class ParzenDensity
{
    private const double MostNarrow = 100;

    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double[] _inside;

    public ParzenDensity(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Append(0.5)];
        int prior = sorted.Length - 1;
        int[] order = [.. Enumerable.Range(0, sorted.Length).OrderBy(i => sorted[i]).ThenBy(i => i)];
        double narrowest = 1 / Math.Min(MostNarrow, sorted.Length);
        _means = Array.ConvertAll(order, i => sorted[i]);
        _deviations = new double[order.Length];
        _inside = new double[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            double below = i == 0 ? 0 : _means[i - 1];
            double above = i == order.Length - 1 ? 1 : _means[i + 1];
            _deviations[i] = order[i] == prior ? 1 : Math.Clamp(Math.Max(_means[i] - below, above - _means[i]), narrowest, 1);
            _inside[i] = Normal.CDF(_means[i], _deviations[i], 1) - Normal.CDF(_means[i], _deviations[i], 0);
        }
    }

    public double Draw(RandomSource random)
    {
        int i = random.NextInt32(_means.Length);
        double low = Normal.CDF(_means[i], _deviations[i], 0);
        double place = Math.Clamp(low + (random.NextDouble() * _inside[i]), 1e-12, 1 - 1e-12);
        return Math.Clamp(Normal.InvCDF(_means[i], _deviations[i], place), 0, Math.BitDecrement(1));
    }

    public double Log(double x)
    {
        double sum = 0;
        for (int i = 0; i < _means.Length; i++)
        {
            double z = (x - _means[i]) / _deviations[i];
            sum += Math.Exp(-z * z / 2) / (_deviations[i] * _inside[i]);
        }

        return Math.Log(sum / _means.Length);
    }
}
