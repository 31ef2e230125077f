using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A column of a text loader with its fields: half-open ranges in the order of the slots.</summary>
internal sealed record TextColumn(string Name, PrimitiveDataViewType ItemType, (int Min, int Limit)[] Ranges, bool IsVector)
{
    public int Size { get; } = Ranges.Sum(range => range.Limit - range.Min);
}

/// <summary>
/// Reads data from text files, a row a line. A field that is not there or empty gives 0, empty text, false or the missing key;
/// a field that cannot be read gives NaN or the missing key, and an error where the type has no missing value.
/// </summary>
public sealed partial class TextLoader
{
    private const int LinesSampled = 100;
    private readonly Options _options;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(IHostEnvironment env, Options options, IMultiStreamSource dataSample)
    {
        Contracts.CheckValue(env, nameof(env));
        _options = options ?? new Options();
        Check(_options);
        var columns = _options.Columns is { Length: > 0 } given ? given
            : [new Column("Label", DataKind.Single, 0), new Column("Features", DataKind.Single, [new Range(1, null)])];
        dataSample ??= new MultiFileSource();
        int inputSize = _options.InputSize ?? 0;
        if (inputSize == 0 && columns.Any(column => column.Source?.Any(range => range.Max is null && range.AutoEnd) == true))
            inputSize = CountFields(dataSample);
        _columns = columns.Select(column => Bind(column, inputSize)).ToArray();
        _schema = MakeSchema(HeaderFields(dataSample));
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        Contracts.CheckValue(source, nameof(source));
        return new TextDataView(source, _options, _columns, _schema);
    }

    /// <summary>The columns that the members of a class ask for by <see cref="LoadColumnAttribute"/>.</summary>
    internal static Column[] ColumnsOf(Type type)
    {
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Instance).Cast<MemberInfo>()
            .Concat(type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0)).ToArray();
        Contracts.CheckParam(members.Length > 0, "TInput", "Should define at least one public, readable field or property in TInput.");
        return members.Select(member =>
        {
            string memberKind = member is FieldInfo ? "Field" : "Property";
            var load = member.GetCustomAttribute<LoadColumnAttribute>();
            Contracts.Check(load is not null, $"{memberKind} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
            var memberType = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
            var itemType = AnnotationUtils.TryPrimitiveTypeFromType(memberType.IsArray ? memberType.GetElementType() : memberType);
            Contracts.Check(itemType is not (null or RowIdDataViewType), $"{memberKind} {member.Name} is of unsupported type.");
            return new Column
            {
                Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                DataKind = Enum.GetValues<DataKind>().First(kind => kind.ToColumnType().Equals(itemType)),
                Source = load.Sources,
                KeyCount = member.GetCustomAttribute<KeyTypeAttribute>() is { } key ? new KeyCount(key.Count) : null,
            };
        }).ToArray();
    }

    private static void Check(Options options)
    {
        Contracts.CheckParam(options.Separators is { Length: > 0 }, nameof(Options.Separators), "Must specify a separator");
        foreach (char separator in options.Separators)
        {
            Contracts.CheckParam(separator == '\t' || (separator >= ' ' && separator != '"' && !char.IsAsciiDigit(separator)),
                nameof(Options.Separators), $"Illegal separator: '{separator}'");
            Contracts.CheckParam(separator != ':' || !options.AllowSparse, nameof(Options.Separators), "When the separator is colon, turn off allowSparse");
            Contracts.CheckParam(separator != options.EscapeChar, nameof(Options.EscapeChar), $"EscapeChar '{separator}' can't be used both as EscapeChar and separator");
        }
        Contracts.CheckParam(options.DecimalMarker is '.' or ',', nameof(Options.DecimalMarker),
            $"Decimal marker cannot be the '{options.DecimalMarker}' character. It must be '.' or ','.");
        Contracts.CheckParam(options.AllowQuoting || options.DecimalMarker != ',' || !options.Separators.Contains(','), nameof(Options.AllowQuoting),
            "Quoting must be allowed if decimal marker and separator are the ',' character.");
        Contracts.CheckParam(!(options.MaxRows < 0), nameof(Options.MaxRows));
    }

    private static TextColumn Bind(Column column, int inputSize)
    {
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(column.Name), nameof(Column.Name), "A column needs a name");
        Contracts.CheckParam(column.Source is { Length: > 0 }, nameof(Column.Source), "Must specify some source column indices");
        var ranges = column.Source.Select(range =>
        {
            Contracts.CheckParam(range.Min >= 0 && !(range.Max < range.Min), nameof(Column.Source), $"Bad range of fields for column '{column.Name}'");
            bool toEnd = range.Max is null && range.AutoEnd;
            Contracts.CheckParam(!toEnd || range.Min < inputSize, nameof(Range.Min),
                $"Column #{range.Min} not found in the dataset (it only has {inputSize} columns)");
            return (range.Min, Limit: toEnd ? inputSize : (range.Max ?? range.Min) + 1);
        }).ToArray();
        var ordered = ranges.OrderBy(range => range.Min).ToArray();
        for (int i = 1; i < ordered.Length; i++)
            Contracts.CheckParam(ordered[i - 1].Limit <= ordered[i].Min, nameof(Column.Source), $"Intervals specified for column '{column.Name}' overlap");
        bool isVector = ranges.Sum(range => range.Limit - range.Min) > 1 || column.Source[0].ForceVector || (column.Source[0].Max is null && column.Source[0].AutoEnd);
        return new TextColumn(column.Name.Trim(), column.ItemType, ranges, isVector);
    }

    private TextLines Lines(IMultiStreamSource source) => TextDataView.OpenLines(source, _options, skipHeader: false);

    private int CountFields(IMultiStreamSource sample)
    {
        var fields = new TextFields(_options, int.MaxValue - 1);
        int size = 0;
        using var lines = Lines(sample);
        for (int i = 0; i < LinesSampled && lines.Read() is { } line; i++)
        {
            fields.Split(line);
            Contracts.CheckParam(size == 0 || size == fields.Size, nameof(Column.Source), "The size of input lines is not consistent");
            size = fields.Size;
        }
        Contracts.CheckParam(size > 0, nameof(Column.Source), "Can't determine the number of source columns without valid data");
        return size;
    }

    private ReadOnlyMemory<char>[] HeaderFields(IMultiStreamSource sample)
    {
        bool ownFile = !string.IsNullOrWhiteSpace(_options.HeaderFile);
        if (!ownFile && !_options.HasHeader)
            return [];
        using var lines = Lines(ownFile ? new MultiFileSource(_options.HeaderFile) : sample);
        if (lines.Read() is not { } header)
            return [];
        var fields = new TextFields(_options, int.MaxValue - 1);
        fields.Split(header);
        return fields.Present.ToArray();
    }

    private DataViewSchema MakeSchema(ReadOnlyMemory<char>[] header)
    {
        var schema = new DataViewSchema.Builder();
        foreach (var column in _columns)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            var names = column.Ranges.SelectMany(range => Enumerable.Range(range.Min, range.Limit - range.Min))
                .Select(field => field < header.Length ? header[field].ToString().Trim().AsMemory() : default).ToArray();
            if (column.IsVector && names.Any(name => !name.IsEmpty))
                annotations.Add(AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, column.Size),
                    (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(names.Length, [.. names]));
            schema.AddColumn(column.Name, column.IsVector ? new VectorDataViewType(column.ItemType, column.Size) : column.ItemType, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }
}
