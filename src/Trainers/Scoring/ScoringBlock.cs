using System.Runtime.ExceptionServices;

namespace MLNet.GradientTrainers;

/// <summary>Rows that are scored together by one thread, whichever comes to it first.</summary>
/// <param name="bindings">The model and its feature column.</param>
/// <param name="largestRows">The most rows, at least 1.</param>
internal sealed class ScoringBlock(ScoringBindings bindings, int largestRows)
{
    private Memory<float> _scores;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isDone = true;

    /// <summary>The features, put in by the thread that reads.</summary>
    public FeatureBlock Rows { get; } = new(bindings, largestRows);

    /// <summary>Whether the scores are there, or the failure; also before there is anything to score.</summary>
    public bool IsDone => _isDone;

    /// <summary>Makes it ready to be scored.</summary>
    /// <param name="scores">Receives the scores.</param>
    public void Begin(Memory<float> scores)
    {
        _scores = scores;
        _failure = null;
        _isDone = false;
    }

    /// <summary>Computes the scores; throws nothing.</summary>
    public void Score()
    {
        try
        {
            Rows.Score(_scores.Span);
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        _isDone = true;
    }

    /// <summary>Drops the rows and what became of them. Not while it is in line or being scored.</summary>
    public void Clear()
    {
        Rows.Clear();
        _failure = null;
        _isDone = true;
    }

    /// <summary>Throws what the scoring threw.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
