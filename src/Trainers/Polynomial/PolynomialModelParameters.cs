using System.Buffers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted polynomial. Thread-safe. Scores are computed in double from Chebyshev polynomials of the scaled features, which loses no digits to cancellation, and
/// then rounded to Single.
/// </summary>
public sealed class PolynomialModelParameters : IRowScorer
{
    private readonly double[] _weights;
    private readonly Lazy<PolynomialTerm[]> _coefficients;

    /// <param name="basis">The terms and the features' ranges.</param>
    /// <param name="weights">The coefficient of each term of the basis.</param>
    /// <param name="names">One name for each feature.</param>
    /// <param name="history">The epochs; one for QR.</param>
    internal PolynomialModelParameters(PolynomialBasis basis, double[] weights, string[] names, TrainingHistory history)
    {
        Basis = basis;
        _weights = weights;
        FeatureNames = names;
        History = history;
        _coefficients = new Lazy<PolynomialTerm[]>(() => Terms(basis.ToPowers(weights)));
    }

    /// <summary>The largest sum of a term's powers.</summary>
    public int Degree => Basis.Terms.Degree;

    /// <summary>Whether a term has each feature at most once.</summary>
    public bool InteractionOnly => Basis.Terms.InteractionOnly;

    /// <summary>The features' names: the slot names of the feature column, or x1, x2, ….</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>
    /// All terms in the features' own units, the constant first, then by degree. They are exact to double precision in the sense of the sum: far from 0, where powers are
    /// large and nearly cancel, single coefficients mean little.
    /// </summary>
    public IReadOnlyList<PolynomialTerm> Coefficients => _coefficients.Value;

    /// <summary>
    /// Loss and RMSE of each epoch of gradient descent, the loss in that of standardised labels; for QR one record, with the mean squared error and the RMSE of the solution.
    /// </summary>
    public TrainingHistory History { get; }

    int IRowScorer.InputSize => Basis.Terms.Features;

    int IRowScorer.OutputSize => 1;

    internal PolynomialBasis Basis { get; }

    /// <summary>The coefficients of the basis.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>The coefficient of a term in the features' own units.</summary>
    /// <param name="term">The name of the term, as in <see cref="Coefficients"/>: for example <c>x1^2·x2</c>, or <c>1</c>.</param>
    /// <exception cref="ArgumentException">There is no such term; the message lists some that there are.</exception>
    public double this[string term] =>
        Array.Find(_coefficients.Value, t => t.Name == term)?.Coefficient
        ?? throw new ArgumentException(
            $"The polynomial has no term '{term}'. It has {string.Join(", ", Coefficients.Take(12).Select(t => $"'{t.Name}'"))}{(Coefficients.Count > 12 ? ", …" : "")}.", nameof(term));

    /// <summary>The polynomial's value, in double.</summary>
    /// <param name="features">One number for each feature.</param>
    /// <exception cref="ArgumentException">The number of features is another one.</exception>
    public double Evaluate(ReadOnlySpan<double> features)
    {
        if (features.Length != Basis.Terms.Features)
        {
            throw new ArgumentException($"The polynomial has {Basis.Terms.Features} features, but {features.Length} numbers are given.", nameof(features));
        }

        double[] buffer = ArrayPool<double>.Shared.Rent(Basis.ScratchSize + _weights.Length);
        double value = Evaluate(features, buffer);
        ArrayPool<double>.Shared.Return(buffer);
        return value;
    }

    void IRowScorer.Score(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        int width = Basis.Terms.Features;
        double[] buffer = ArrayPool<double>.Shared.Rent(width + Basis.ScratchSize + _weights.Length);
        var features = buffer.AsSpan(0, width);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
            {
                features[j] = rows[(i * width) + j];
            }

            scores[i] = (float)Evaluate(features, buffer.AsSpan(width));
        }

        ArrayPool<double>.Shared.Return(buffer);
    }

    /// <summary>
    /// The polynomial as a formula with six digits, for example <c>y = 0.856741·x1 - 0.0933304·x1^3</c>. Terms that contribute less than a Single resolves, anywhere in the
    /// training range, are left out; <see cref="Coefficients"/> has them.
    /// </summary>
    public override string ToString() => PolynomialText.Formula(this);

    /// <summary>The formula as LaTeX, for example <c>y = 0.856741\,x_{1} - 0.0933304\,x_{1}^{3}</c>, with the terms of <see cref="ToString"/>.</summary>
    public string ToLatex() => PolynomialText.Latex(this);

    /// <summary>A C# method <c>public static double Predict(double x1, …)</c> with all terms and all digits.</summary>
    /// <param name="scaledInputs">
    /// True to compute with features scaled to [−1, 1] in the training range, for ranges far from 0 and high degrees, where powers of the features themselves lose digits.
    /// </param>
    /// <exception cref="InvalidOperationException">A coefficient is beyond what a double holds; the message tells what helps.</exception>
    public string ToCSharp(bool scaledInputs = false) => PolynomialCode.CSharp(this, scaledInputs);

    /// <summary>A C function <c>double predict(double x1, …)</c> with all terms and all digits. It needs no header.</summary>
    /// <param name="scaledInputs">As for <see cref="ToCSharp"/>.</param>
    /// <exception cref="InvalidOperationException">A coefficient is beyond what a double holds; the message tells what helps.</exception>
    public string ToC(bool scaledInputs = false) => PolynomialCode.C(this, scaledInputs);

    /// <summary>The terms with the coefficients of the powers of the scaled features.</summary>
    internal PolynomialTerm[] ScaledTerms() => Terms(Basis.ToScaledPowers(_weights));

    private double Evaluate(ReadOnlySpan<double> features, Span<double> buffer)
    {
        var values = buffer.Slice(Basis.ScratchSize, _weights.Length);
        Basis.Evaluate(features, buffer[..Basis.ScratchSize], values);
        return Doubles.Dot(values, _weights);
    }

    private PolynomialTerm[] Terms(double[] coefficients)
    {
        var terms = new PolynomialTerm[coefficients.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            PolynomialFactor[] factors = [.. Basis.Terms.FactorsOf(i).GroupBy(feature => feature).Select(group => new PolynomialFactor(group.Key, group.Count()))];
            terms[i] = new PolynomialTerm(PolynomialText.TermName(factors, FeatureNames), coefficients[i], factors);
        }

        return terms;
    }
}
