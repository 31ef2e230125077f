namespace MLNet.GradientTrainers.Kernels;

/// <summary>Answers of yes or no, read as rows of one number, 1 or 0. Targets of this type make the loop draw validation sets, and folds, stratified by answer.</summary>
public sealed class BinaryRows : IRowSource<float>
{
    /// <summary>Takes the answers over.</summary>
    /// <param name="answers">One for each row.</param>
    public BinaryRows(bool[] answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        Values = new DenseRows(Array.ConvertAll(answers, yes => yes ? 1f : 0f), 1);
        Classes = new ClassRows(Array.ConvertAll(answers, yes => yes ? 1 : 0), 2);
    }

    /// <inheritdoc/>
    public int Count => Classes.Count;

    /// <inheritdoc/>
    public int Width => 1;

    /// <summary>The same as classes: 0 for no, 1 for yes.</summary>
    public ClassRows Classes { get; }

    /// <summary>The numbers.</summary>
    internal DenseRows Values { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination) => Values.Read(rows, destination);

    /// <summary>Some of the answers.</summary>
    /// <param name="rows">Indices in [0, <see cref="Count"/>).</param>
    internal BinaryRows Select(ReadOnlySpan<int> rows)
    {
        var picked = new bool[rows.Length];
        for (int i = 0; i < picked.Length; i++)
        {
            picked[i] = Classes.Labels[rows[i]] == 1;
        }

        return new BinaryRows(picked);
    }
}
