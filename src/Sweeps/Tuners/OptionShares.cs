using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The probabilities of a choice's options: their shares among some trials, and one trial more that is spread over all.</summary>
internal sealed class OptionShares
{
    private readonly double[] _shares;

    private OptionShares(double[] shares) => _shares = shares;

    public double this[int option] => _shares[option];

    public static OptionShares Of(Choice choice, object[] values)
    {
        double[] shares = new double[choice.Options.Count];
        Array.Fill(shares, 1.0 / shares.Length / (values.Length + 1));
        foreach (object value in values)
        {
            shares[choice.IndexOf(value)] += 1.0 / (values.Length + 1);
        }

        return new OptionShares(shares);
    }

    public int Draw(RandomSource random)
    {
        double rest = random.NextDouble();
        for (int i = 0; i < _shares.Length - 1; i++)
        {
            rest -= _shares[i];
            if (rest < 0)
            {
                return i;
            }
        }

        return _shares.Length - 1;
    }
}
