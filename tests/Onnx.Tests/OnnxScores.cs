using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>What ONNX Runtime computes of a model.</summary>
internal sealed class OnnxScores : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxScores(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    public string Metadata(string key) => _session.ModelMetadata.CustomMetadataMap[key];

    public void Dispose() => _session.Dispose();

    /// <summary>An output for rows of the one input.</summary>
    public T[] Of<T>(string output, float[] rows, int count)
    {
        string input = Inputs.Keys.Single();
        return Run<T>(output, [NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(rows, Shape(input, count)))]);
    }

    /// <summary>An output for the first rows of a view, which has a column for each input.</summary>
    public T[] Of<T>(string output, IDataView data, int count) => Run<T>(output, Inputs.Keys.Select(input => Value(input, data, count)));

    private T[] Run<T>(string output, IEnumerable<NamedOnnxValue> inputs)
    {
        using var results = _session.Run([.. inputs], [output]);
        return [.. results[0].AsTensor<T>()];
    }

    private int[] Shape(string input, int count) => [count, .. Inputs[input].Dimensions.Skip(1)];

    private NamedOnnxValue Value(string input, IDataView data, int count)
    {
        var column = data.Schema[input];
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return item switch
        {
            TextDataViewType => Tensor(data.GetColumn<string>(column).Select(text => new[] { text })),
            BooleanDataViewType => Tensor(data.GetColumn<bool>(column).Select(answer => new[] { answer })),
            KeyDataViewType => Tensor(data.GetColumn<uint>(column).Select(key => new[] { key })),
            _ when item.Equals(NumberDataViewType.Byte) => Tensor(data.GetColumn<byte[]>(column)),
            _ when column.Type is VectorDataViewType => Tensor(data.GetColumn<float[]>(column)),
            _ => Tensor(data.GetColumn<float>(column).Select(number => new[] { number })),
        };

        NamedOnnxValue Tensor<T>(IEnumerable<T[]> rows) => NamedOnnxValue.CreateFromTensor(input, new DenseTensor<T>(rows.Take(count).SelectMany(row => row).ToArray(), Shape(input, count)));
    }
}
