using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The columns of a data view. A later column hides an earlier one of the same name.</summary>
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _indexByName = [];

    private DataViewSchema(IReadOnlyList<(string Name, DataViewType Type, Annotations Annotations)> items)
    {
        for (int i = 0; i < items.Count; i++)
            _indexByName[items[i].Name] = i;
        _columns = items.Select((item, i) => new Column(item.Name, i, _indexByName[item.Name] != i, item.Type, item.Annotations)).ToArray();
    }

    public int Count => _columns.Length;

    public Column this[int columnIndex] => (uint)columnIndex < (uint)_columns.Length
        ? _columns[columnIndex]
        : throw new ArgumentOutOfRangeException(nameof(columnIndex));

    public Column this[string name] => GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");

    public Column? GetColumnOrNull(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentNullException(nameof(name));
        return _indexByName.TryGetValue(name, out int index) ? _columns[index] : null;
    }

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    public override string ToString() => $"{Count} columns";

    public struct Column
    {
        internal Column(string name, int index, bool isHidden, DataViewType type, Annotations annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        public string Name { get; }
        public int Index { get; }
        public bool IsHidden { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }

        public override string ToString()
            => Annotations is null || Annotations.Schema.Count == 0 ? $"{Name}: {Type}" : $"{Name}: {Type} {{{Annotations}}}";
    }

    public struct DetachedColumn
    {
        public DetachedColumn(string name, DataViewType type, Annotations annotations = null)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentNullException(nameof(name));
            Name = name;
            Type = type ?? throw new ArgumentNullException(nameof(type));
            Annotations = annotations ?? Annotations.Empty;
        }

        public DetachedColumn(Column column) : this(column.Name, column.Type, column.Annotations) { }

        public string Name { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }
    }

    public sealed class Builder
    {
        private readonly List<(string Name, DataViewType Type, Annotations Annotations)> _items = [];

        public Builder() { }

        public void AddColumn(string name, DataViewType type, Annotations annotations = null)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentNullException(nameof(name));
            _items.Add((name, type ?? throw new ArgumentNullException(nameof(type)), annotations));
        }

        public void AddColumns(IEnumerable<Column> source)
        {
            foreach (var column in source)
                AddColumn(column.Name, column.Type, column.Annotations);
        }

        public void AddColumns(IEnumerable<DetachedColumn> source)
        {
            foreach (var column in source)
                AddColumn(column.Name, column.Type, column.Annotations);
        }

        public DataViewSchema ToSchema() => new(_items);
    }
}
