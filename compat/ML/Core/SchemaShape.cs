using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What an estimator can promise about a schema before it sees data: names, kinds and item types, but no sizes.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape s_empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        Contracts.CheckValue(columns, nameof(columns));
        _columns = columns.ToArray();
        Contracts.CheckParam(_columns.All(c => c.IsValid), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;
    public Column this[int index] => _columns[index];
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryFindColumn(string name, out Column column)
    {
        Contracts.CheckValue(name, nameof(name));
        column = _columns.FirstOrDefault(c => c.Name == name);
        return column.IsValid;
    }

    internal static SchemaShape Create(DataViewSchema schema)
    {
        Contracts.CheckValue(schema, nameof(schema));
        return new SchemaShape(schema.Where(c => !c.IsHidden).Select(c => Shape(c, c.Annotations.Schema.Count > 0
            ? new SchemaShape(c.Annotations.Schema.Select(a => Shape(a, null)))
            : null)));
    }

    internal static void GetColumnTypeShape(DataViewType type, out Column.VectorKind vecKind, out DataViewType itemType, out bool isKey)
    {
        vecKind = type is not VectorDataViewType vector ? Column.VectorKind.Scalar
            : vector.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector;
        itemType = type.GetItemType();
        isKey = itemType is KeyDataViewType;
        if (isKey)
            itemType = AnnotationUtils.PrimitiveTypeFromType(itemType.RawType);
    }

    private static Column Shape(DataViewSchema.Column column, SchemaShape annotations)
    {
        GetColumnTypeShape(column.Type, out var kind, out var itemType, out bool isKey);
        return new Column(column.Name, kind, itemType, isKey, annotations);
    }

    public struct Column
    {
        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector
        }

        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckParam(itemType is not (KeyDataViewType or VectorDataViewType), nameof(itemType), "Item type cannot be a key or a vector.");
            Contracts.CheckParam(!isKey || KeyDataViewType.IsValidDataType(itemType.RawType), nameof(itemType), "The item type must be valid for a key.");
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? s_empty;
        }

        internal bool IsValid => Name != null;

        /// <summary>Whether a source column fulfils this one, taken as a requirement.</summary>
        internal bool IsCompatibleWith(Column source)
        {
            if (Name != source.Name || Kind != source.Kind || IsKey != source.IsKey || !ItemType.Equals(source.ItemType))
                return false;
            foreach (var annotation in Annotations)
                if (!source.Annotations.TryFindColumn(annotation.Name, out var found) || !annotation.IsCompatibleWith(found))
                    return false;
            return true;
        }

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
