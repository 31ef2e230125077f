using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>
/// What ends a fit early: the user's token, and the cancellation of the <c>MLContext</c>. The latter can only be asked for: while rows are read each of them asks; while the
/// engine trains, which knows tokens only, a timer does.
/// </summary>
internal sealed class FitCancellation : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly IHost _host;
    private readonly CancellationToken _users;
    private readonly CancellationTokenSource _source;
    private readonly Timer _timer;
    private bool _disposed;

    public FitCancellation(IHost host, CancellationToken users)
    {
        _host = host;
        _users = users;
        _source = CancellationTokenSource.CreateLinkedTokenSource(users);
        _timer = new Timer(_ => Ask(), null, Interval, Interval);
    }

    /// <summary>For the engine.</summary>
    public CancellationToken Token => _source.Token;

    /// <exception cref="OperationCanceledException">The fit is to end.</exception>
    public void ThrowIfCancelled()
    {
        if (Hosts.IsCancelled(_host) || _users.IsCancellationRequested)
        {
            throw Exception(null);
        }
    }

    /// <summary>Whether an exception tells of <see cref="Token"/> or one that hangs on it, which the caller of Fit does not know.</summary>
    public bool IsInner(OperationCanceledException exception) =>
        _source.IsCancellationRequested && exception.CancellationToken.CanBeCanceled && exception.CancellationToken != _users;

    /// <summary>What the caller of Fit gets: an exception with its own token, or ML.NET's kind, without one.</summary>
    public OperationCanceledException Exception(OperationCanceledException? inner) => _users.IsCancellationRequested
        ? new OperationCanceledException("The fit was cancelled.", inner, _users)
        : new OperationCanceledException("The fit was cancelled, with all of its MLContext.", inner);

    public void Dispose()
    {
        lock (_source)
        {
            _disposed = true;
            _timer.Dispose();
            _source.Dispose();
        }
    }

    private void Ask()
    {
        lock (_source)
        {
            // A last call of the timer may come after the end.
            if (!_disposed && Hosts.IsCancelled(_host))
            {
                _source.Cancel();
            }
        }
    }
}
