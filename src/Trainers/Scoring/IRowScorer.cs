using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The arithmetic of a model. Thread-safe; a row's scores are the same, bit for bit, alone or in a batch.</summary>
internal interface IRowScorer
{
    /// <summary>Features of a row.</summary>
    int InputSize { get; }

    /// <summary>Scores of a row.</summary>
    int OutputSize { get; }

    /// <summary>What is wrong with a feature column that has the right number of values: a sentence; null when nothing is.</summary>
    string? ProblemWith(VectorDataViewType features) => null;

    /// <summary>Computes the scores of rows.</summary>
    /// <param name="rows">count × <see cref="InputSize"/> features.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scores">Receives count × <see cref="OutputSize"/> scores.</param>
    void Score(ReadOnlySpan<float> rows, int count, Span<float> scores);
}
