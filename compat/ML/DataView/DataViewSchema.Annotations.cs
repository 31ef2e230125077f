using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>Values attached to a column, each with a name (its kind), a type and a getter.</summary>
    public sealed class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters)
        {
            Schema = schema;
            _getters = getters;
        }

        public DataViewSchema Schema { get; }
        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);

        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            if (column.Index >= _getters.Length)
                throw new ArgumentException("The column is not one of these annotations.", nameof(column));
            return _getters[column.Index] as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Annotation '{column.Name}' has values of {column.Type.RawType}, not of {typeof(TValue)}.");
        }

        public void GetValue<TValue>(string kind, ref TValue value)
        {
            var column = Schema.GetColumnOrNull(kind) ?? throw new InvalidOperationException($"There is no annotation of kind '{kind}'.");
            GetGetter<TValue>(column)(ref value);
        }

        public override string ToString() => string.Join(", ", Schema.Select(column => column.Name));

        internal Delegate GetGetterInternal(int index) => _getters[index];

        public sealed class Builder
        {
            private readonly DataViewSchema.Builder _schema = new();
            private readonly List<Delegate> _getters = [];

            public Builder() { }

            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                if (annotations is null)
                    return;
                ArgumentNullException.ThrowIfNull(selector);
                foreach (var column in annotations.Schema)
                    if (selector(column.Name))
                        Add(column.Name, column.Type, annotations.GetGetterInternal(column.Index), column.Annotations);
            }

            public void Add<TValue>(string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null)
                => Add(name, type, (Delegate)getter, annotations);

            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                if (string.IsNullOrEmpty(name))
                    throw new ArgumentNullException(nameof(name));
                ArgumentNullException.ThrowIfNull(type);
                ArgumentNullException.ThrowIfNull(getter);
                if (getter.GetType() != typeof(ValueGetter<>).MakeGenericType(type.RawType))
                    throw new ArgumentException($"Annotation '{name}' of type {type} needs a ValueGetter<{type.RawType}>, but got {getter.GetType()}.", nameof(type));
                _schema.AddColumn(name, type, annotations);
                _getters.Add(getter);
            }

            public void AddPrimitiveValue<TValue>(string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null)
                => Add(name, type, (ref TValue dst) => dst = value, annotations);

            public Annotations ToAnnotations() => new(_schema.ToSchema(), [.. _getters]);
        }
    }
}
