using System.Reflection;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>How the members of a class map to columns: taken from its attributes, then changed at will.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition() { }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write
    }

    public Column this[string columnName]
    {
        get => this.FirstOrDefault(c => c.ColumnName == columnName);
        set
        {
            Contracts.CheckValue(value, nameof(value));
            Contracts.CheckParam(value.ColumnName == columnName, nameof(columnName), $"The column is named '{value.ColumnName}', which must match '{columnName}'.");
            int index = FindIndex(c => c.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    /// <summary>The public fields, and the public properties that can be read or written as <paramref name="direction"/> says.</summary>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;
        bool Usable(PropertyInfo p) => p.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && p.GetGetMethod() != null) || (direction.HasFlag(Direction.Write) && p.GetSetMethod() != null));
        var result = new SchemaDefinition();
        foreach (var member in userType.GetFields(Members).Cast<MemberInfo>().Concat(userType.GetProperties(Members).Where(Usable)))
        {
            if (member.IsDefined(typeof(NoColumnAttribute)))
                continue;
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            Contracts.CheckParam(result[name] is null, nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            result.Add(new Column(member.Name, ColumnTypeOf(member), name));
        }
        return result;
    }

    private static DataViewType ColumnTypeOf(MemberInfo member)
    {
        var (itemType, isVector) = TypedColumn.ItemTypeOf(member);
        var item = AnnotationUtils.PrimitiveTypeFromType(itemType);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
            item = new KeyDataViewType(itemType, key.Count);
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Contracts.CheckParam(vector is null || isVector, nameof(member), $"Member {member.Name} is marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        return !isVector ? item
            : vector is null || vector.Dims.Length == 0 ? new VectorDataViewType(item) : new VectorDataViewType(item, vector.Dims);
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }
        public string ColumnName { get; set; }
        public DataViewType ColumnType { get; set; }
        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Contracts.CheckValue(kind, nameof(kind));
            Contracts.CheckValue(annotationType, nameof(annotationType));
            Contracts.Check(_kinds.Add(kind), "Column already contains an annotation of this kind.");
            var getter = AnnotationGetter(value);
            Contracts.Check(getter.GetType().GenericTypeArguments[0] == annotationType.RawType, $"Annotation '{kind}' is to be of type {annotationType}, but its value is of {typeof(T)}.");
            _annotations.Add(kind, annotationType, getter);
        }

        internal void SetAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _kinds.Add);

        private static Delegate AnnotationGetter<T>(T value) => value switch
        {
            string text => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> dst) => dst = text.AsMemory()),
            string[] texts => Getter(new VBuffer<ReadOnlyMemory<char>>(texts.Length, Array.ConvertAll(texts, t => t.AsMemory()))),
            Array array => Generics.Call<Delegate>(ArrayGetter<int>, [array.GetType().GetElementType()], array),
            _ when typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
                => Generics.Call<Delegate>(Getter<int>, typeof(T).GenericTypeArguments, value),
            _ => (ValueGetter<T>)((ref T dst) => dst = value),
        };

        private static Delegate ArrayGetter<T>(T[] values) => Getter(new VBuffer<T>(values.Length, values));
        private static Delegate Getter<T>(VBuffer<T> value) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> dst) => value.CopyTo(ref dst));
    }
}
