using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace MLNet.GradientTrainers;

/// <summary>A column of a Parquet file that ML.NET has a type for.</summary>
/// <param name="Name">Its name in the view.</param>
/// <param name="Field">The values in the file.</param>
/// <param name="IsList">Whether a row has a list of them.</param>
/// <param name="Size">Items of each list; 0 where they differ, and for scalars.</param>
/// <param name="HasNulls">Whether scalars may be missing.</param>
internal sealed record ParquetColumn(string Name, DataField Field, bool IsList, int Size, bool HasNulls)
{
    private static readonly Dictionary<Type, ColumnKind> Kinds = new()
    {
        [typeof(float)] = Kind(NumberDataViewType.Single, float.NaN, mayMiss: true),
        [typeof(double)] = Kind(NumberDataViewType.Double, double.NaN, mayMiss: true),
        [typeof(ReadOnlyMemory<char>)] = Kind(TextDataViewType.Instance, ReadOnlyMemory<char>.Empty, mayMiss: true),
        [typeof(bool)] = Kind<bool>(BooleanDataViewType.Instance),
        [typeof(sbyte)] = Kind<sbyte>(NumberDataViewType.SByte),
        [typeof(byte)] = Kind<byte>(NumberDataViewType.Byte),
        [typeof(short)] = Kind<short>(NumberDataViewType.Int16),
        [typeof(ushort)] = Kind<ushort>(NumberDataViewType.UInt16),
        [typeof(int)] = Kind<int>(NumberDataViewType.Int32),
        [typeof(uint)] = Kind<uint>(NumberDataViewType.UInt32),
        [typeof(long)] = Kind<long>(NumberDataViewType.Int64),
        [typeof(ulong)] = Kind<ulong>(NumberDataViewType.UInt64),
        [typeof(DateTime)] = Kind<DateTime>(DateTimeDataViewType.Instance),
        [typeof(DateOnly)] = Converted<DateOnly, DateTime>(DateTimeDataViewType.Instance, date => date.ToDateTime(TimeOnly.MinValue), default, mayMiss: false),
    };

    /// <summary>What columns become that have nulls, where their own type has no missing value.</summary>
    private static readonly Dictionary<Type, ColumnKind> NullKinds = new()
    {
        [typeof(bool)] = Converted<bool, float>(NumberDataViewType.Single, value => value ? 1 : 0, float.NaN, mayMiss: true),
        [typeof(sbyte)] = Converted<sbyte, float>(NumberDataViewType.Single, value => value, float.NaN, mayMiss: true),
        [typeof(byte)] = Converted<byte, float>(NumberDataViewType.Single, value => value, float.NaN, mayMiss: true),
        [typeof(short)] = Converted<short, float>(NumberDataViewType.Single, value => value, float.NaN, mayMiss: true),
        [typeof(ushort)] = Converted<ushort, float>(NumberDataViewType.Single, value => value, float.NaN, mayMiss: true),
        [typeof(int)] = Converted<int, double>(NumberDataViewType.Double, value => value, double.NaN, mayMiss: true),
        [typeof(uint)] = Converted<uint, double>(NumberDataViewType.Double, value => value, double.NaN, mayMiss: true),
        [typeof(long)] = Converted<long, double>(NumberDataViewType.Double, value => value, double.NaN, mayMiss: true),
        [typeof(ulong)] = Converted<ulong, double>(NumberDataViewType.Double, value => value, double.NaN, mayMiss: true),
    };

    /// <summary>The type in the view.</summary>
    public DataViewType Type => !IsList ? Of.Type : Size > 0 ? new VectorDataViewType((PrimitiveDataViewType)Of.Type, Size) : new VectorDataViewType((PrimitiveDataViewType)Of.Type);

    private ColumnKind Of =>
        HasNulls && !IsList && NullKinds.TryGetValue(Field.ClrType, out var kind) ? kind : Kinds[Field.ClrType];

    /// <summary>Whether another file's column can be read as this one.</summary>
    public bool IsReadAs(ParquetColumn other) =>
        Name == other.Name && IsList == other.IsList && Field.ClrType == other.Field.ClrType && Field.Path.Equals(other.Field.Path)
        && Field.MaxDefinitionLevel == other.Field.MaxDefinitionLevel && Field.MaxRepetitionLevel == other.Field.MaxRepetitionLevel;

    /// <summary>The column of this file's rows and of another's.</summary>
    /// <param name="other">The other file's.</param>
    /// <param name="hasRows">Whether that file has rows: lists of none have no size.</param>
    /// <param name="hadRows">Whether this one has.</param>
    public ParquetColumn With(ParquetColumn other, bool hasRows, bool hadRows) =>
        this with { HasNulls = HasNulls || other.HasNulls, Size = !hasRows ? Size : !hadRows ? other.Size : Size == other.Size ? Size : 0 };

    public override string ToString() => $"'{Name}' ({(IsList ? "a list of " : "")}{Field.ClrType.Name}{(Field.MaxDefinitionLevel > (IsList ? 1 : 0) ? ", may be null" : "")})";

    /// <summary>Reads it for one cursor.</summary>
    public ColumnReader NewReader() => IsList ? Of.List(this) : Of.Scalar(this);

    /// <summary>All columns that ML.NET has types for, and the others with what they are.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="names">The columns wanted, of which alone lists are looked at; null for all.</param>
    public static IEnumerable<(string Name, ParquetColumn? Column, string Kind)> All(ParquetReader reader, IReadOnlyList<string>? names) => reader.Schema.Fields
        .SelectMany(field => Find(field, "", reader))
        .Select(found => found.Column is { IsList: true } list && names?.Contains(found.Name) != false ? found with { Column = list with { Size = SizeOfLists(list, reader) } } : found);

    private static IEnumerable<(string Name, ParquetColumn? Column, string Kind)> Find(Field field, string prefix, ParquetReader reader)
    {
        string name = prefix + field.Name;
        return field switch
        {
            StructField parent when parent.MaxRepetitionLevel == 0 => parent.Fields.SelectMany(child => Find(child, name + ".", reader)),
            ListField { Item: DataField item } => [Leaf(name, item, reader)],
            DataField data => [Leaf(name, data, reader)],
            _ => [(name, null, field.SchemaType == SchemaType.List ? "a list of structs or lists" : field.SchemaType.ToString().ToLowerInvariant())],
        };
    }

    private static (string Name, ParquetColumn? Column, string Kind) Leaf(string name, DataField field, ParquetReader reader)
    {
        if (!Kinds.ContainsKey(field.ClrType) || field.MaxRepetitionLevel > 1)
        {
            return (name, null, field.MaxRepetitionLevel > 1 ? "a list of lists" : field.ClrType.Name);
        }

        bool isList = field.MaxRepetitionLevel == 1;
        return (name, new ParquetColumn(name, field, isList, 0, HasNulls: !isList && MayHaveNulls(field, reader)), "");
    }

    private static bool MayHaveNulls(DataField field, ParquetReader reader) =>
        field.MaxDefinitionLevel > 0 && reader.RowGroups.Any(group => group.RowCount > 0 && group.GetMetadata(field)?.MetaData?.Statistics?.NullCount != 0);

    /// <summary>
    /// How many items each list has. Where the mean is one whole number in all row groups, the first one is looked at; a list of another length that comes later is told when it is read.
    /// </summary>
    private static int SizeOfLists(ParquetColumn column, ParquetReader reader)
    {
        var groups = reader.RowGroups.Where(group => group.RowCount > 0).ToList();
        long size = 0;
        foreach (var group in groups)
        {
            long values = group.GetMetadata(column.Field)?.MetaData?.NumValues ?? 0;
            if (values % group.RowCount != 0 || (size != 0 && values / group.RowCount != size))
            {
                return 0;
            }

            size = values / group.RowCount;
        }

        if (size is 0 or > int.MaxValue)
        {
            return 0;
        }

        var first = column.NewReader();
        first.LoadAsync(groups[0], 0).GetAwaiter().GetResult();
        return first.SizeOfRows((int)groups[0].RowCount);
    }

    private static ColumnKind Kind<T>(DataViewType type, T missing = default, bool mayMiss = false)
        where T : struct =>
        new(type, column => new ScalarReader<T, T>(column, value => value, missing, mayMiss), column => new ListReader<T, T>(column, null, missing, mayMiss));

    private static ColumnKind Converted<TFile, TValue>(DataViewType type, Func<TFile, TValue> convert, TValue missing, bool mayMiss)
        where TFile : struct =>
        new(type, column => new ScalarReader<TFile, TValue>(column, convert, missing, mayMiss), column => new ListReader<TFile, TValue>(column, convert, missing, mayMiss));
}

/// <summary>What a type of the file becomes.</summary>
/// <param name="Type">The type in the view; of an item, where it is a list's.</param>
/// <param name="Scalar">Reads scalars.</param>
/// <param name="List">Reads lists.</param>
internal sealed record ColumnKind(DataViewType Type, Func<ParquetColumn, ColumnReader> Scalar, Func<ParquetColumn, ColumnReader> List);
