using System.Globalization;
using System.Numerics;

namespace MLNet.GradientTrainers;

/// <summary>
/// The terms of a polynomial: all products of features up to a degree. Term 0 is the constant; then come the terms by degree, and within a degree in the order
/// x1², x1·x2, x1·x3, x2², … A term is its prefix, which is another term, times a power of its last feature.
/// </summary>
internal sealed class PolynomialTerms
{
    /// <summary>More terms than this take minutes and gigabytes to solve for, and more rows than people have to mean anything.</summary>
    public const int MaxTerms = 2000;

    private readonly int[] _prefixes;
    private readonly int[] _lasts;
    private readonly int[] _powers;
    private readonly int[] _firstChildren;

    /// <param name="features">Number of features.</param>
    /// <param name="degree">The largest sum of a term's powers.</param>
    /// <param name="interactionOnly">Whether a term has each feature at most once.</param>
    /// <param name="subject">Of which terms are made, as the beginning of the error's message; null for the polynomial itself.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxTerms"/> terms; the message says what helps.</exception>
    public PolynomialTerms(int features, int degree, bool interactionOnly, string? subject = null)
    {
        Features = features;
        Degree = degree;
        InteractionOnly = interactionOnly;
        Count = CheckedCount(features, degree, interactionOnly, subject ?? "The polynomial");
        _prefixes = new int[Count];
        _lasts = new int[Count];
        _powers = new int[Count];
        _firstChildren = new int[Count];
        _prefixes[0] = _lasts[0] = -1;

        int end = 1;
        for (int parent = 0; parent < Count; parent++)
        {
            _firstChildren[parent] = end;
            for (int feature = FirstChildFeature(parent); feature < features && end < Count; feature++, end++)
            {
                bool again = feature == _lasts[parent];
                _prefixes[end] = again ? _prefixes[parent] : parent;
                _lasts[end] = feature;
                _powers[end] = again ? _powers[parent] + 1 : 1;
            }
        }
    }

    public int Features { get; }

    public int Degree { get; }

    /// <summary>Whether a term has each feature at most once.</summary>
    public bool InteractionOnly { get; }

    /// <summary>Number of terms, the constant included.</summary>
    public int Count { get; }

    /// <summary>The largest power of one feature.</summary>
    public int LargestPower => InteractionOnly ? 1 : Degree;

    /// <summary>Each term's prefix: the term without its last feature; −1 for the constant.</summary>
    public ReadOnlySpan<int> Prefixes => _prefixes;

    /// <summary>Each term's last feature; −1 for the constant.</summary>
    public ReadOnlySpan<int> Lasts => _lasts;

    /// <summary>The power of each term's last feature; 0 for the constant.</summary>
    public ReadOnlySpan<int> Powers => _powers;

    /// <summary>A term's features in ascending order, each as often as its power says.</summary>
    public int[] FactorsOf(int term)
    {
        var factors = new Stack<int>();
        for (int t = term; t > 0; t = _prefixes[t])
        {
            for (int k = 0; k < _powers[t]; k++)
            {
                factors.Push(_lasts[t]);
            }
        }

        return [.. factors];
    }

    /// <summary>A term's features in ascending order with their powers.</summary>
    public PolynomialFactor[] PowersOf(int term) => [.. FactorsOf(term).GroupBy(feature => feature).Select(group => new PolynomialFactor(group.Key, group.Count()))];

    /// <summary>The term with these features in ascending order: the reverse of <see cref="FactorsOf"/>.</summary>
    public int IndexOf(ReadOnlySpan<int> factors)
    {
        int term = 0;
        foreach (int feature in factors)
        {
            term = _firstChildren[term] + feature - FirstChildFeature(term);
        }

        return term;
    }

    private static int CheckedCount(int features, int degree, bool interactionOnly, string subject)
    {
        var count = CountOf(features, degree, interactionOnly);
        if (count <= MaxTerms)
        {
            return (int)count;
        }

        string interactions = !interactionOnly && CountOf(features, degree, interactionOnly: true) is var fewer && fewer <= MaxTerms
            ? string.Create(CultureInfo.InvariantCulture, $", set InteractionOnly ({fewer:N0} terms)")
            : "";
        throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject} of degree {degree} in {features:N0} features has {count:N0} terms, but at most {MaxTerms:N0} are solved for. {(degree > 1 ? $"Lower Degree{interactions}, or choose fewer features" : "Choose fewer features, or take a linear trainer, such as GradientDescent, for such a plane")}."));
    }

    /// <summary>Σₖ C(n, k) for interactions only, else C(n + degree, degree).</summary>
    public static BigInteger CountOf(int features, int degree, bool interactionOnly)
    {
        BigInteger sum = 1;
        BigInteger ofDegree = 1;
        for (int k = 1; k <= degree; k++)
        {
            // C(n, k) from C(n, k − 1), or multisets of size k from those of size k − 1.
            ofDegree = ofDegree * (interactionOnly ? Math.Max(0, features - k + 1) : features + k - 1) / k;
            sum += ofDegree;
        }

        return sum;
    }

    private int FirstChildFeature(int term) => term == 0 ? 0 : _lasts[term] + (InteractionOnly ? 1 : 0);
}
