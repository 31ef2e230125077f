namespace MLNet.GradientTrainers.Kernels;

/// <summary>Answers of yes or no, read as rows of one number, 1 or 0. Targets of this type make the loop draw validation sets, and folds, stratified by answer.</summary>
public sealed class BinaryRows : IRowSource<float>
{
    private DenseRows? _values;

    /// <summary>Takes answers, which are copied.</summary>
    /// <param name="answers">One for each row.</param>
    public BinaryRows(bool[] answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        Classes = new ClassRows(Array.ConvertAll(answers, yes => yes ? 1 : 0), 2);
    }

    /// <summary>Takes answers, which are not copied and must not change any more.</summary>
    /// <param name="answers">One for each row: 0 for no, 1 for yes.</param>
    /// <exception cref="ArgumentException">It is a list of other than two classes.</exception>
    public BinaryRows(LabelList answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        Classes = answers.Classes == 2 ? new ClassRows(answers) : throw new ArgumentException($"Answers are of two classes, and not of {answers.Classes}.", nameof(answers));
    }

    /// <inheritdoc/>
    public int Count => Classes.Count;

    /// <inheritdoc/>
    public int Width => 1;

    /// <summary>The same as classes: 0 for no, 1 for yes.</summary>
    public ClassRows Classes { get; }

    /// <summary>The numbers, for who keeps a copy of them.</summary>
    internal DenseRows Values => _values ??= new DenseRows([.. Classes.Labels.Select(label => (float)label)], 1);

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            destination[i] = Classes.Labels[rows[i]];
        }
    }

    /// <summary>Some of the answers.</summary>
    /// <param name="rows">Indices in [0, <see cref="Count"/>).</param>
    internal BinaryRows Select(ReadOnlySpan<int> rows) => new(Classes.Labels.Select(rows));
}
