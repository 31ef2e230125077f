using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Compares a trained network with the best constant, on some of the rows that its run measured.</summary>
internal sealed class NetworkBaseline<T>(Network<T> network, Loss loss, Metric metric, BatchBuffers<T> batch)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Outputs that differ by less, in parts of themselves, are one output with rounding.</summary>
    private const double Rounding = 1e-6;

    private readonly IBackend<T> _backend = network.Backend;
    private readonly int _columns = network.Definition.OutputShape.Size;

    /// <summary>The comparison; null when there is nothing to compare with, or no row that counts.</summary>
    /// <param name="training">The training rows, which tell the constant.</param>
    /// <param name="validation">The validation rows, or null.</param>
    public BaselineComparison? Compare(TrainingData training, TrainingData? validation)
    {
        if (BestConstant.Outputs(training, loss) is not { } outputs)
        {
            return null;
        }

        bool isValidation = validation?.Count >= BaselineComparison.FewestValidationRows;
        BatchSource<T> source = new(isValidation ? validation! : training);
        int[] rows = RowSample.Draw(source.Data.Count, BaselineComparison.MostRows);
        if (source.Data.SumOfWeights(rows) == 0)
        {
            return null;
        }

        int size = Math.Min(network.MaxRows, rows.Length);
        T[] host = new T[size * _columns];
        T[] modelLosses = new T[size];
        T[] constantLosses = new T[size];
        using Totals measured = _backend.AllocateTotals(2);
        Tensor<T> constant = _backend.Allocate(host.Length);
        using TensorBuffer<T> _ = constant.Buffer!;
        for (int i = 0; i < host.Length; i++)
        {
            host[i] = T.CreateTruncating(outputs[i % _columns]);
        }

        _backend.Write(host, constant);
        LossSums modelSums = default;
        LossSums constantSums = default;
        PairedDifferences differences = default;
        T[]? first = null;
        bool isConstant = true;
        for (int start = 0; start < rows.Length; start += size)
        {
            int count = Math.Min(size, rows.Length - start);
            batch.Load(source, rows.AsSpan(start, count));
            Tensor<T> prediction = batch.Forward(count);
            Measure(prediction, count, modelLosses, measured, ref modelSums);
            Measure(constant.Slice(0, count * _columns), count, constantLosses, measured, ref constantSums);
            for (int i = 0; i < count; i++)
            {
                differences.Add(double.CreateTruncating(modelLosses[i]), double.CreateTruncating(constantLosses[i]));
            }

            _backend.Read(prediction, host.AsSpan(0, count * _columns));
            first ??= host[.._columns];
            isConstant = isConstant && AreEqual(host.AsSpan(0, count * _columns), first);
        }

        isConstant = isConstant && RowsDiffer(source.Data.Features, rows);
        return BaselineComparison.Of(loss, metric, _columns, isValidation, modelSums, constantSums, differences, isConstant);
    }

    private void Measure(Tensor<T> prediction, int rows, T[] losses, Totals measured, ref LossSums sums)
    {
        LossPass<T> pass = batch.Pass(prediction, default, 1, rows);
        metric.Measure(_backend, pass, measured, 0);
        loss.Evaluate(_backend, pass);
        _backend.Sum(pass.RowLosses, measured, 1);
        Span<double> values = stackalloc double[2];
        _backend.Read(measured, 0, values);
        sums.Add(values[1], batch.WeightSum, values[0]);
        _backend.Read(pass.RowLosses, losses.AsSpan(0, rows));
    }

    private bool AreEqual(ReadOnlySpan<T> outputs, ReadOnlySpan<T> first)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            double expected = double.CreateTruncating(first[i % _columns]);
            if (!(Math.Abs(double.CreateTruncating(outputs[i]) - expected) <= Rounding * Math.Abs(expected)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool RowsDiffer(IRowSource<float> features, int[] rows)
    {
        float[] first = new float[features.Width];
        float[] other = new float[features.Width];
        features.Read(rows.AsSpan(0, 1), first);
        for (int i = 1; i < rows.Length; i++)
        {
            features.Read(rows.AsSpan(i, 1), other);
            if (!other.AsSpan().SequenceEqual(first))
            {
                return true;
            }
        }

        return false;
    }
}
