namespace Microsoft.ML.Data;

/// <summary>When a transformer of a chain takes part: a chain's plain Transform runs those for scoring.</summary>
[Flags]
public enum TransformerScope
{
    None = 0,
    Training = 1,
    Testing = 2,
    Scoring = 4,
    TrainTest = Training | Testing,
    Everything = Training | Testing | Scoring
}
