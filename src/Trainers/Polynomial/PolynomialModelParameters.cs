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
    /// <param name="range">The range that the rows of the training took.</param>
    /// <param name="history">The epochs; one for QR.</param>
    /// <param name="ridge">The strength of the penalty, NaN for several.</param>
    /// <param name="leaveOneOutRmse">The error of rows left out.</param>
    internal PolynomialModelParameters(
        PolynomialBasis basis, double[] weights, string[] names, TrainingRange range, TrainingHistory history, double ridge = 0, double leaveOneOutRmse = double.NaN)
    {
        Ridge = ridge;
        LeaveOneOutRmse = leaveOneOutRmse;
        Basis = basis;
        Range = range;
        _weights = weights;
        FeatureNames = names;
        History = history;
        _coefficients = new Lazy<PolynomialTerm[]>(Terms);
    }

    /// <summary>The largest sum of a term's powers.</summary>
    public int Degree => Basis.Terms.Degree;

    /// <summary>Whether a term has each feature at most once.</summary>
    public bool InteractionOnly => Basis.Terms.InteractionOnly;

    /// <summary>The strength of the penalty of <see cref="PolynomialTrainer.Options.Ridge"/>, if it was given; 0 for none, NaN for the mean of the fits with many.</summary>
    public double Ridge { get; }

    /// <summary>
    /// What to expect on new rows: the root of the mean squared error of each training row under the fit to all other rows, with the same terms and penalties. Where degree or
    /// penalties were chosen by it, it is a little too good. NaN where it was not computed: for least squares of a given degree, and for gradient descent.
    /// </summary>
    public double LeaveOneOutRmse { get; }

    /// <summary>The features' names: the slot names of the feature column, or x1, x2, ….</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>
    /// All terms in the units of the feature column as the trainer saw it, the constant first, then by degree. After a normaliser these are normalised units, under the original names: put none
    /// before the trainer, which scales inside.
    /// </summary>
    /// <remarks>
    /// Where a feature's range lies far from 0 beside its width, and for high degrees, the terms are large and nearly cancel: by about (2·centre / half width)^degree; years
    /// from 1990 to 2020 in degree 3 leave 7 digits fewer, in degree 9 none. Single coefficients then mean little, and their sum is less exact than the scores.
    /// <see cref="ToString"/>, <see cref="ToLatex"/>, <see cref="ToCSharp"/> and <see cref="ToC"/> change to centred and scaled features there; <see cref="Evaluate(ReadOnlySpan{double})"/> is exact.
    /// </remarks>
    public IReadOnlyList<PolynomialTerm> Coefficients => _coefficients.Value;

    /// <summary>
    /// Loss and RMSE of each epoch of gradient descent, the loss in that of standardised labels; for QR one record, with the mean squared error and the RMSE of the solution.
    /// </summary>
    public TrainingHistory History { get; }

    int IRowScorer.InputSize => Basis.Terms.Features;

    int IRowScorer.OutputSize => 1;

    internal PolynomialBasis Basis { get; }

    /// <summary>Where the polynomial was fitted, and so where what is printed has to be right.</summary>
    internal TrainingRange Range { get; }

    /// <summary>The coefficients of the basis.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>The coefficient of a term in the units of the feature column as the trainer saw it.</summary>
    /// <param name="term">The name of the term, as in <see cref="Coefficients"/>: for example <c>x1^2·x2</c>, or <c>1</c>.</param>
    /// <exception cref="ArgumentException">There is no such term; the message lists some that there are.</exception>
    public double this[string term] =>
        Array.Find(_coefficients.Value, t => t.Name == term)?.Coefficient
        ?? throw new ArgumentException(
            $"The polynomial has no term '{Excerpt.Of(term)}'. It has {Excerpt.List([.. Coefficients.Select(t => t.Name)], quote: "'")}.", nameof(term));

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

    string IRowScorer.WriteOnnx(IOnnxGraph graph, string features) => PolynomialOnnx.Add(graph, Basis, _weights, features);

    /// <summary>
    /// The polynomial as a formula, for example <c>y = 0.856741·x1 - 0.0933304·x1^3</c>, in the units of the feature column as the trainer saw it (so put no normaliser before it). Its value is off by less than 1e-4 of the scores' range, anywhere in the training range.
    /// Coefficients have six digits, or more where they matter. Where the powers of a feature would nearly cancel, the formula is one of centred and scaled features:
    /// <c>y = 5.02 + 1.9·t1 - 0.7·t1^3, where t1 = (x1 - 2005) / 15</c>; for the highest degrees of their Chebyshev polynomials, T2(t1). Terms that contribute less than a Single
    /// resolves are left out; <see cref="Coefficients"/> has them.
    /// </summary>
    public override string ToString() => PolynomialText.Formula(this);

    /// <summary>The formula of <see cref="ToString"/> as LaTeX, for example <c>y = 0.856741\,x_{1} - 0.0933304\,x_{1}^{3}</c>.</summary>
    public string ToLatex() => PolynomialText.Latex(this);

    /// <summary>
    /// A C# method <c>public static double Predict(double x1, …)</c> with all terms and all digits. In the training range it gives the scores to the precision of a Single:
    /// where powers of the features would lose more, they are centred and scaled to about [−1, 1].
    /// </summary>
    /// <param name="scaledInputs">True to centre and scale the features in any case.</param>
    public string ToCSharp(bool scaledInputs = false) => PolynomialCode.CSharp(this, scaledInputs);

    /// <summary>A C function <c>double predict(double x1, …)</c>, as precise as <see cref="ToCSharp"/>. It needs no header.</summary>
    /// <param name="scaledInputs">True to centre and scale the features in any case.</param>
    public string ToC(bool scaledInputs = false) => PolynomialCode.C(this, scaledInputs);

    private double Evaluate(ReadOnlySpan<double> features, Span<double> buffer)
    {
        var values = buffer.Slice(Basis.ScratchSize, _weights.Length);
        Basis.Evaluate(features, buffer[..Basis.ScratchSize], values);
        return Doubles.Dot(values, _weights);
    }

    private PolynomialTerm[] Terms()
    {
        double[] coefficients = Basis.ToPowers(_weights);
        var terms = new PolynomialTerm[coefficients.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            PolynomialFactor[] factors = Basis.Terms.PowersOf(i);
            terms[i] = new PolynomialTerm(PolynomialText.TermName(factors, FeatureNames), coefficients[i], factors);
        }

        return terms;
    }
}
