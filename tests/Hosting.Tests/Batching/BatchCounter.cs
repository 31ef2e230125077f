using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Counts the batches of one service, by its metrics.</summary>
internal sealed class BatchCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _batches;
    private int _rows;

    public BatchCounter(IServiceProvider services)
    {
        object scope = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "mlnet.model.batch.size" && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, rows, _, _) =>
        {
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _rows, rows);
        });
        _listener.Start();
    }

    public int Batches => Volatile.Read(ref _batches);

    public int Rows => Volatile.Read(ref _rows);

    public void Dispose() => _listener.Dispose();
}
