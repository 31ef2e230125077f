using System.Collections.Immutable;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>What was learned about one column, and how to apply it.</summary>
internal abstract class ColumnNormalizer
{
    public abstract NormalizingTransformer.NormalizerModelParametersBase Parameters { get; }
    public abstract Delegate MakeGetter(DataViewRow row, int index);
    public abstract void Save(BinaryWriter writer);

    public static ColumnNormalizer Load(BinaryReader reader, DataViewType type) => type.GetItemType() == NumberDataViewType.Single
        ? Load<float>(reader, type is VectorDataViewType) : Load<double>(reader, type is VectorDataViewType);

    private static ColumnNormalizer Load<T>(BinaryReader reader, bool isVector) where T : struct, IFloatingPointIeee754<T>
    {
        bool isCdf = reader.ReadBoolean();
        var first = ValueCodec.ReadArray<T>(reader);
        var second = reader.ReadBoolean() ? ValueCodec.ReadArray<T>(reader) : null;
        return isCdf ? new CdfNormalizer<T>(first, second, isVector) : new AffineNormalizer<T>(first, second, isVector);
    }

    protected static void Save<T>(BinaryWriter writer, bool isCdf, T[] first, T[] second)
    {
        writer.Write(isCdf);
        ValueCodec.WriteArray(writer, first);
        writer.Write(second is not null);
        if (second is not null)
            ValueCodec.WriteArray(writer, second);
    }
}

/// <summary>(x − offset) · scale; without offsets a sparse vector stays sparse.</summary>
internal sealed class AffineNormalizer<T>(T[] scale, T[] offset, bool isVector) : ColumnNormalizer where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _offset = offset?.All(o => o == T.Zero) == false ? offset : null;

    public override NormalizingTransformer.NormalizerModelParametersBase Parameters => isVector
        ? new NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<T>>(ImmutableArray.Create(scale), ImmutableArray.Create(_offset))
        : new NormalizingTransformer.AffineNormalizerModelParameters<T>(scale[0], _offset?[0] ?? T.Zero);

    public override void Save(BinaryWriter writer) => Save(writer, isCdf: false, scale, _offset);

    public override Delegate MakeGetter(DataViewRow row, int index)
    {
        if (isVector)
            return MakeVectorGetter(row.GetGetter<VBuffer<T>>(row.Schema[index]));
        var (getSource, a, b) = (row.GetGetter<T>(row.Schema[index]), scale[0], _offset?[0] ?? T.Zero);
        return (ValueGetter<T>)((ref T value) =>
        {
            getSource(ref value);
            value = (value - b) * a;
        });
    }

    private ValueGetter<VBuffer<T>> MakeVectorGetter(ValueGetter<VBuffer<T>> getSource)
    {
        VBuffer<T> source = default;
        return (ref VBuffer<T> result) =>
        {
            getSource(ref source);
            Runtime.Contracts.Check(source.Length == scale.Length, "The vector has another length than the one that the normalizer learned from.");
            var values = source.GetValues();
            var indices = source.GetIndices();
            bool sparse = !source.IsDense && _offset is null;
            var editor = VBufferEditor.Create(ref result, source.Length, sparse ? values.Length : source.Length);
            if (source.IsDense)
                Apply(values, scale, _offset, editor.Values);
            else if (sparse)
            {
                indices.CopyTo(editor.Indices);
                for (int i = 0; i < values.Length; i++)
                    editor.Values[i] = values[i] * scale[indices[i]];
            }
            else
            {
                for (int i = 0; i < scale.Length; i++)
                    editor.Values[i] = -_offset[i] * scale[i];
                for (int i = 0; i < values.Length; i++)
                    editor.Values[indices[i]] = (values[i] - _offset[indices[i]]) * scale[indices[i]];
            }
            result = editor.Commit();
        };
    }

    private static void Apply(ReadOnlySpan<T> values, ReadOnlySpan<T> scale, ReadOnlySpan<T> offset, Span<T> result)
    {
        if (offset.IsEmpty)
            for (int i = 0; i < values.Length; i++)
                result[i] = values[i] * scale[i];
        else
            for (int i = 0; i < values.Length; i++)
                result[i] = (values[i] - offset[i]) * scale[i];
    }
}

/// <summary>
/// The normal cumulative distribution at x, through Winitzki's approximation of erf with a = 0.147.
/// A constant slot and a value that is not finite give 0, and so does a slot that a sparse vector leaves out.
/// </summary>
internal sealed class CdfNormalizer<T>(T[] mean, T[] deviation, bool isVector) : ColumnNormalizer where T : struct, IFloatingPointIeee754<T>
{
    public override NormalizingTransformer.NormalizerModelParametersBase Parameters => isVector
        ? new NormalizingTransformer.CdfNormalizerModelParameters<ImmutableArray<T>>(ImmutableArray.Create(mean), ImmutableArray.Create(deviation), false)
        : new NormalizingTransformer.CdfNormalizerModelParameters<T>(mean[0], deviation[0], false);

    public override void Save(BinaryWriter writer) => Save(writer, isCdf: true, mean, deviation);

    public override Delegate MakeGetter(DataViewRow row, int index)
    {
        if (isVector)
            return MakeVectorGetter(row.GetGetter<VBuffer<T>>(row.Schema[index]));
        var getSource = row.GetGetter<T>(row.Schema[index]);
        return (ValueGetter<T>)((ref T value) =>
        {
            getSource(ref value);
            value = Cdf(value, mean[0], deviation[0]);
        });
    }

    private ValueGetter<VBuffer<T>> MakeVectorGetter(ValueGetter<VBuffer<T>> getSource)
    {
        VBuffer<T> source = default;
        return (ref VBuffer<T> result) =>
        {
            getSource(ref source);
            Runtime.Contracts.Check(source.Length == mean.Length, "The vector has another length than the one that the normalizer learned from.");
            var values = source.GetValues();
            var indices = source.GetIndices();
            var editor = VBufferEditor.Create(ref result, source.Length, values.Length);
            if (!source.IsDense)
                indices.CopyTo(editor.Indices);
            for (int i = 0; i < values.Length; i++)
            {
                int slot = source.IsDense ? i : indices[i];
                editor.Values[i] = Cdf(values[i], mean[slot], deviation[slot]);
            }
            result = editor.Commit();
        };
    }

    private static T Cdf(T value, T mean, T deviation)
    {
        if (deviation <= T.Epsilon || !T.IsFinite(value))
            return T.Zero;
        T x = (value - mean) / deviation;
        double x2 = double.CreateTruncating(x * x / T.CreateTruncating(2)), ax2 = 0.147 * x2;
        return T.CreateTruncating(0.5 + 0.5 * T.Sign(x) * Math.Sqrt(1 - Math.Exp(-x2 * (4 / Math.PI + ax2) / (1 + ax2))));
    }
}
