using Microsoft.ML.OnnxRuntime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows a second of ONNX Runtime on the network as this project exports it. All rows of a call are one tensor in memory, and so are their scores: nothing is copied or allocated by us.</summary>
internal sealed class OnnxRuntimeRun : IRun
{
    private readonly ScoringWork _work;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly OrtValue[] _rows;
    private readonly OrtValue[] _scores;
    private int _next;

    public OnnxRuntimeRun(ScoringWork work, MulticlassNetworkTransformer model, int threads)
    {
        _work = work;
        using var file = new MemoryStream();
        model.Model.Weights.WriteOnnx(file, model.Model.Link);
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(file.ToArray(), options);
        _inputs = [.. _session.InputMetadata.Keys];
        _outputs = [.. _session.OutputMetadata.Keys];
        long[] shape = [work.Rows, .. model.Model.Definition.InputShape.Dimensions.ToArray().Select(size => (long)size)];
        _rows = [.. work.Images().Chunk(work.Rows).Select(rows => OrtValue.CreateTensorValueFromMemory([.. rows.SelectMany(row => row.Features)], shape))];
        _scores = [OrtValue.CreateTensorValueFromMemory(new float[work.Rows * 10], [work.Rows, 10])];
    }

    public double Measure() => _work.Rows / Repeat.Seconds(_work.Repeats, () => _session.Run(_options, _inputs, [_rows[_next++ % _rows.Length]], _outputs, _scores));

    public void Dispose()
    {
        Array.ForEach(_rows, value => value.Dispose());
        Array.ForEach(_scores, value => value.Dispose());
        _options.Dispose();
        _session.Dispose();
    }
}
