namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What is to be predicted; which trainers take a table depends on it.</summary>
internal enum AccuracyTask
{
    /// <summary>A number.</summary>
    Numbers,

    /// <summary>One of some classes: the label is a key.</summary>
    Classes,

    /// <summary>Yes or no: the label is Boolean, and probabilities are judged too.</summary>
    Binary,
}
