namespace MLNet.GradientTrainers.Hosting;

/// <summary>Wakes all who wait for a change. <see cref="Next"/> is taken, and <see cref="Tell"/> called, under the lock of what changes, so that no change is missed.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _changed = New();

    /// <summary>Ends with the next change.</summary>
    public Task Next => _changed.Task;

    /// <summary>Tells of a change.</summary>
    public void Tell()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
