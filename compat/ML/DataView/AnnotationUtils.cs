namespace Microsoft.ML.Data;

/// <summary>The names of ML.NET's well-known annotations and their values.</summary>
internal static class AnnotationUtils
{
    public static class Kinds
    {
        public const string SlotNames = "SlotNames";
        public const string KeyValues = "KeyValues";
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        public const string ScoreColumnKind = "ScoreColumnKind";
        public const string ScoreValueKind = "ScoreValueKind";
        public const string IsNormalized = "IsNormalized";
        public const string TrainingLabelValues = "TrainingLabelValues";
    }

    public static class Const
    {
        public static class ScoreColumnKind
        {
            public const string MulticlassClassification = "MulticlassClassification";
            public const string Regression = "Regression";
        }

        public static class ScoreValueKind
        {
            public const string Score = "Score";
            public const string PredictedLabel = "PredictedLabel";
        }
    }

    /// <summary>The type of <see cref="Kinds.ScoreColumnSetId"/>.</summary>
    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    public static DataViewType GetItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    /// <summary>The column type for values of a .NET type; throws where there is none.</summary>
    public static PrimitiveDataViewType PrimitiveTypeFromType(Type type)
        => TryPrimitiveTypeFromType(type) ?? throw new InvalidOperationException($"Values of {type} have no data view type.");

    public static PrimitiveDataViewType TryPrimitiveTypeFromType(Type type) => s_primitives.GetValueOrDefault(type);

    private static readonly Dictionary<Type, PrimitiveDataViewType> s_primitives = new()
    {
        [typeof(sbyte)] = NumberDataViewType.SByte,
        [typeof(byte)] = NumberDataViewType.Byte,
        [typeof(short)] = NumberDataViewType.Int16,
        [typeof(ushort)] = NumberDataViewType.UInt16,
        [typeof(int)] = NumberDataViewType.Int32,
        [typeof(uint)] = NumberDataViewType.UInt32,
        [typeof(long)] = NumberDataViewType.Int64,
        [typeof(ulong)] = NumberDataViewType.UInt64,
        [typeof(float)] = NumberDataViewType.Single,
        [typeof(double)] = NumberDataViewType.Double,
        [typeof(string)] = TextDataViewType.Instance,
        [typeof(ReadOnlyMemory<char>)] = TextDataViewType.Instance,
        [typeof(bool)] = BooleanDataViewType.Instance,
        [typeof(TimeSpan)] = TimeSpanDataViewType.Instance,
        [typeof(DateTime)] = DateTimeDataViewType.Instance,
        [typeof(DateTimeOffset)] = DateTimeOffsetDataViewType.Instance,
        [typeof(DataViewRowId)] = RowIdDataViewType.Instance,
    };
}
