namespace MLNet.GradientTrainers;

/// <summary>What a trainer takes as its label.</summary>
internal enum LabelKind
{
    /// <summary>A key, which stands for a class.</summary>
    Class,

    /// <summary>True or false.</summary>
    Answer,

    /// <summary>A vector of true or false.</summary>
    Answers,

    /// <summary>One number.</summary>
    Number,

    /// <summary>One number, or a vector of them for as many outputs.</summary>
    Numbers,
}
