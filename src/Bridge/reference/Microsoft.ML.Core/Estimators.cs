using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class SchemaShape
{
    private SchemaShape() => throw null;

    public static SchemaShape Create(DataViewSchema schema) => throw null;

    public readonly struct Column
    {
        public Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null) => throw null;

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }
    }
}

public sealed class TrainerInfo
{
    public TrainerInfo(bool normalization = true, bool calibration = false, bool caching = true,
        bool supportValid = false, bool supportIncrementalTrain = false, bool supportTest = false) => throw null;
}
