using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Holds the value that one column has in the current line.</summary>
internal abstract class TextColumnReader
{
    /// <summary>Parses the column's fields; throws where one of a type without a missing value cannot be read.</summary>
    public abstract void Read(TextFields fields, int line);

    public abstract Delegate Getter { get; }

    public static TextColumnReader Create(TextColumn column, TextLoader.Options options)
        => Generics.Call<TextColumnReader>(Create<int>, [column.ItemType.RawType], column, options);

    private static TextColumnReader Create<T>(TextColumn column, TextLoader.Options options)
    {
        var parser = column.ItemType is KeyDataViewType key ? TextParsing.GetKey<T>(key.Count)
            : TextParsing.Get<T>(options.DecimalMarker == ',', options.MissingRealsAsNaNs);
        bool isReal = RowFraction.IsReal(column.ItemType);
        // A bad cell becomes the missing value, where the type has one.
        bool throws = !isReal && column.ItemType is not KeyDataViewType;
        var reader = new CellReader<T>(column.Name, parser, throws, isReal && options.MissingRealsAsNaNs);
        return column.IsVector ? new VectorReader<T>(column, reader) : new ScalarReader<T>(column, reader);
    }

    private sealed record CellReader<T>(string Name, TextParser<T> Parse, bool Throws, bool ParsesEmpty)
    {
        public T Read(ReadOnlyMemory<char> cell, int line)
        {
            if (!Parse(cell, out var value) && Throws)
                throw Contracts.Mark(new InvalidOperationException($"Could not parse value {cell} in line {line}, column {Name}"));
            return value;
        }
    }

    private sealed class ScalarReader<T>(TextColumn column, CellReader<T> reader) : TextColumnReader
    {
        private readonly int _field = column.Ranges[0].Min;
        private T _value;

        public override Delegate Getter => (ValueGetter<T>)((ref T value) => value = _value);

        public override void Read(TextFields fields, int line)
        {
            int at = fields.FirstFrom(_field);
            var cell = at < fields.Present.Length && fields.Indices[at] == _field ? fields.Present[at] : default;
            _value = !cell.IsEmpty || reader.ParsesEmpty ? reader.Read(cell, line) : default;
        }
    }

    private sealed class VectorReader<T>(TextColumn column, CellReader<T> reader) : TextColumnReader
    {
        private VBuffer<T> _value;

        public override Delegate Getter => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _value.CopyTo(ref value));

        public override void Read(TextFields fields, int line)
        {
            if (fields.IsSparse)
                ReadSparse(fields, line);
            else
                ReadDense(fields, line);
        }

        private void ReadDense(TextFields fields, int line)
        {
            var editor = VBufferEditor.Create(ref _value, column.Size);
            var present = fields.Present;
            int slot = 0;
            foreach (var (min, limit) in column.Ranges)
                for (int field = min; field < limit; field++, slot++)
                {
                    var cell = field < present.Length ? present[field] : default;
                    editor.Values[slot] = !cell.IsEmpty || reader.ParsesEmpty ? reader.Read(cell, line) : default;
                }
            _value = editor.Commit();
        }

        private void ReadSparse(TextFields fields, int line)
        {
            var editor = VBufferEditor.Create(ref _value, column.Size, Math.Min(column.Size, fields.Present.Length), requireIndicesOnDense: true);
            int start = 0, count = 0;
            foreach (var (min, limit) in column.Ranges)
            {
                for (int at = fields.FirstFrom(min); at < fields.Present.Length && fields.Indices[at] < limit; at++)
                {
                    if (fields.Present[at].IsEmpty)
                        continue;
                    editor.Values[count] = reader.Read(fields.Present[at], line);
                    editor.Indices[count++] = start + fields.Indices[at] - min;
                }
                start += limit - min;
            }
            _value = editor.CommitTruncated(count);
        }
    }
}
