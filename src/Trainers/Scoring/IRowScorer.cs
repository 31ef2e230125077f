using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The arithmetic of a model. Thread-safe; a row's scores are the same, bit for bit, alone or in a batch.</summary>
internal interface IRowScorer
{
    /// <summary>Features of a row.</summary>
    int InputSize { get; }

    /// <summary>Scores of a row.</summary>
    int OutputSize { get; }

    /// <summary>Rows that are best scored by one call, at least 1: so many that what a call costs by itself is little, so few that threads which share rows come to their end together.</summary>
    int BlockRows => 256;

    /// <summary>What is wrong with a feature column that has the right number of values: a sentence; null when nothing is.</summary>
    string? ProblemWith(VectorDataViewType features) => null;

    /// <summary>Computes the scores of rows.</summary>
    /// <param name="rows">count × <see cref="InputSize"/> features.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scores">Receives count × <see cref="OutputSize"/> scores.</param>
    void Score(ReadOnlySpan<float> rows, int count, Span<float> scores);

    /// <summary>Whether a row of so many values that are not 0 is scored faster as a sparse one; never by a model that takes dense rows only.</summary>
    bool PrefersSparse(int values) => false;

    /// <summary>Computes the scores of sparse rows: the same bits as of dense ones.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="scores">Receives <see cref="OutputSize"/> scores for each.</param>
    void Score(SparseBatch<float> rows, Span<float> scores) => throw new NotSupportedException("This model takes dense rows only.");

    /// <summary>Adds the arithmetic to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The features, Single: as many rows as there are, in whatever dimensions.</param>
    /// <returns>The scores: Single, [rows, <see cref="OutputSize"/>].</returns>
    /// <exception cref="NotSupportedException">The model has no ONNX form.</exception>
    string WriteOnnx(IOnnxGraph graph, string features);
}
