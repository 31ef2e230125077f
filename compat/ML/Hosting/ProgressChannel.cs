namespace Microsoft.ML.Runtime;

/// <summary>Checks what is reported. Like ML.NET's MLContext it shows progress to nobody.</summary>
internal sealed class ProgressChannel : IProgressChannel
{
    private ProgressHeader _header = new((string[])null, null);
    private bool _disposed;

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) => _header = header;

    /// <summary>Metrics first, then progress units, then their limits; trailing ones may be left out.</summary>
    public void Checkpoint(params double?[] values)
    {
        Contracts.Check(!_disposed, "Can't report checkpoints after disposing");
        Contracts.Check((values?.Length ?? 0) <= _header.MetricNames.Count + 2 * _header.UnitNames.Count, "Too many values provided in Checkpoint");
    }

    public IProgressChannel StartProgressChannel(string name) => new SubChannel();

    public void Dispose() => _disposed = true;

    private sealed class SubChannel : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) { }
        public void Checkpoint(params double?[] values) { }
        public IProgressChannel StartProgressChannel(string name) => new SubChannel();
        public void Dispose() { }
    }
}
