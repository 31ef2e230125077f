using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>A batched predictor whose model predicts nothing until it is let, so that tests can say what waits together.</summary>
internal sealed class Gated : IAsyncDisposable
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly BatchCounter _counter;
    private int _entered;

    public Gated(Action<BatchingOptions>? configure = null)
    {
        var gate = Blobs.Context.Transforms.CustomMapping<Passed, Passed>(Pass, contractName: null);
        var model = gate.Fit(Blobs.View).Append(Blobs.First);
        Served = new Served(builder => builder.FromModel(model).WithBatching(configure)).Loaded();
        _counter = new BatchCounter(Served.Services);

        // From now on: the row that proved the model has passed.
        _gate.Reset();
        _entered = 0;
        Predictor = Served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>();
    }

    public Served Served { get; }

    public BatchedPredictor<Blob, BlobPrediction> Predictor { get; }

    /// <summary>Rows that have come to the model.</summary>
    public int Entered => Volatile.Read(ref _entered);

    public int Batches => _counter.Batches;

    public int Rows => _counter.Rows;

    public Task<BlobPrediction>[] Ask(IEnumerable<Blob> rows) => [.. rows.Select(row => Predictor.PredictAsync(row))];

    public void Open() => _gate.Set();

    public async ValueTask DisposeAsync()
    {
        Open();
        await Predictor.DisposeAsync();
        _counter.Dispose();
        Served.Dispose();
    }

    private void Pass(Passed input, Passed output)
    {
        output.Height = input.Height;
        Interlocked.Increment(ref _entered);
        _gate.Wait();
    }

    internal sealed class Passed
    {
        public float Height { get; set; }
    }
}
