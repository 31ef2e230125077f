using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The label column while rows are read: which labels are usable, and the targets that they become.</summary>
internal abstract class LabelRows
{
    /// <summary>Why no label may have been read, and where to look.</summary>
    public const string LoaderHint = "see that separatorChar and hasHeader of the text loader are those of the file";

    /// <summary>What is wrong with a label that isn't usable, for messages; goes before "in 'Label'".</summary>
    public abstract string Problem { get; }

    /// <summary>What to do about a column in which no label is usable.</summary>
    public abstract string Mend(string column);

    /// <summary>Reads the label of the cursor's row; false when it isn't usable.</summary>
    public abstract bool Read();

    /// <summary>What is wrong with the label that was read last, which ends the fit, as what follows the row's number; null where nothing is.</summary>
    public virtual string? Refusal => null;

    /// <summary>Bytes that a label which is kept takes.</summary>
    public abstract int BytesOfRow { get; }

    /// <summary>Keeps the label that was read last.</summary>
    public abstract void Keep();

    /// <summary>The labels that were kept, in their order.</summary>
    public abstract IRowSource<float> Build();
}
