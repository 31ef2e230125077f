using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The columns that a trainer reads, and the checks of their types before any row is read.</summary>
/// <param name="Trainer">The trainer's name, for messages.</param>
/// <param name="Label">Name of the label column.</param>
/// <param name="Features">Name of the feature column.</param>
/// <param name="Weight">Name of the column of example weights; null for none.</param>
/// <param name="Kind">What the label tells.</param>
/// <param name="TakesBytes">Whether features may be bytes, and rows of them are kept so.</param>
internal sealed record TrainingRoles(string Trainer, string Label, string Features, string? Weight, LabelKind Kind = LabelKind.Number, bool TakesBytes = false)
{
    /// <summary>Checks all roles.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type; the message names the call that mends it.</exception>
    public void Check(SchemaShape schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        CheckFeatures(schema);
        CheckWeight(schema);
        switch (Kind)
        {
            case LabelKind.Class:
                CheckClass(schema);
                break;
            case LabelKind.Answer:
                CheckAnswer(schema);
                break;
            case LabelKind.Answers:
                CheckAnswers(schema);
                break;
            default:
                CheckNumber(schema, severalOutputs: Kind == LabelKind.Numbers);
                break;
        }
    }

    /// <summary>Checks all roles of validation rows, and that their features are those of the training rows.</summary>
    /// <inheritdoc cref="Check" path="/exception"/>
    public void CheckValidation(DataViewSchema training, DataViewSchema validation)
    {
        Check(SchemaShapes.Of(validation));
        var wanted = (VectorDataViewType)training[Features].Type;
        var got = (VectorDataViewType)validation[Features].Type;
        if (!got.ItemType.Equals(wanted.ItemType))
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Trainer}: the validation features '{Features}' are a vector of {got.ItemType}, the training ones of {wanted.ItemType}. Transform both with the same fitted pipeline.");
        }

        if (got.Size != wanted.Size)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Trainer}: the validation features '{Features}' have {got.Size} values a row, the training ones {wanted.Size}. Transform both with the same fitted pipeline.");
        }

        if (wanted.Dimensions.Length > 1 && got.Dimensions.Length > 1 && !wanted.Dimensions.Where(d => d > 1).SequenceEqual(got.Dimensions.Where(d => d > 1)))
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Trainer}: the validation features '{Features}' lie as [{string.Join(", ", got.Dimensions)}], the training ones as [{string.Join(", ", wanted.Dimensions)}]. Transform both with the same fitted pipeline.");
        }
    }

    /// <summary>The shape of a fitted model's output, for an input that has been checked.</summary>
    public SchemaShape Promise(SchemaShape schema) => Kind switch
    {
        LabelKind.Class => MulticlassOutput.Promise(schema, Label),
        LabelKind.Answers => MultiLabelOutput.Promise(schema, Label),
        LabelKind.Answer => BinaryOutput.Promise(schema),
        _ => RegressionOutput.Promise(schema, Label),
    };

    private void CheckClass(SchemaShape schema)
    {
        var label = Find(schema, "label", Label, $"Make it with mlContext.Transforms.Conversion.MapValueToKey(\"{Label}\", \"<your class column>\"), or name your column with labelColumnName.");
        if (!(label.IsKey && label.Kind == VectorKind.Scalar))
        {
            throw Mismatch("label", "a key", label, ColumnMend.OfClass(label));
        }
    }

    private void CheckAnswer(SchemaShape schema)
    {
        var label = Find(schema, "label", Label, "Name the column to predict with labelColumnName.");
        if (label.IsKey || label.ItemType != BooleanDataViewType.Instance || label.Kind != VectorKind.Scalar)
        {
            throw Mismatch("label", "Boolean", label, ColumnMend.OfAnswer(label));
        }
    }

    private void CheckAnswers(SchemaShape schema)
    {
        var label = Find(schema, "label", Label, "Name the column to predict with labelColumnName.");
        if (label.IsKey || label.Kind != VectorKind.Vector || !(label.ItemType == BooleanDataViewType.Instance || label.ItemType == NumberDataViewType.Single))
        {
            throw Mismatch("label", "a known-size vector of Boolean, or of Single that are 0 or 1,", label, ColumnMend.OfAnswers(label));
        }
    }

    private void CheckNumber(SchemaShape schema, bool severalOutputs)
    {
        var label = Find(schema, "label", Label, "Name the column to predict with labelColumnName.");
        if (label.IsKey || label.ItemType != NumberDataViewType.Single || !(label.Kind == VectorKind.Scalar || (severalOutputs && label.Kind == VectorKind.Vector)))
        {
            throw Mismatch("label", severalOutputs ? "Single or a known-size vector of Single" : "Single", label, ColumnMend.OfNumber(label, severalOutputs));
        }
    }

    private void CheckFeatures(SchemaShape schema)
    {
        var features = Find(schema, "feature", Features, $"Make it with mlContext.Transforms.Concatenate(\"{Features}\", \"<your columns>\"), or name your column with featureColumnName.");
        bool isTaken = features.ItemType == NumberDataViewType.Single || (TakesBytes && features.ItemType == NumberDataViewType.Byte);
        if (features.IsKey || !isTaken || features.Kind != VectorKind.Vector)
        {
            throw Mismatch("feature", TakesBytes ? "a known-size vector of Single or Byte" : "a known-size vector of Single", features, ColumnMend.OfFeatures(features));
        }
    }

    private void CheckWeight(SchemaShape schema)
    {
        if (Weight is null)
        {
            return;
        }

        var weight = Find(schema, "example weight", Weight, "Name an existing column with exampleWeightColumnName, or null for none.");
        if (weight.Kind != VectorKind.Scalar || weight.IsKey || weight.ItemType != NumberDataViewType.Single)
        {
            throw Mismatch("example weight", "Single", weight, ColumnMend.OfWeight(weight));
        }
    }

    private SchemaShape.Column Find(SchemaShape schema, string role, string name, string mend)
    {
        foreach (var column in schema)
        {
            if (column.Name == name)
            {
                return column;
            }
        }

        string columns = Excerpt.List([.. schema.Select(c => c.Name)], quote: "'");
        throw new ArgumentOutOfRangeException("inputSchema", $"{Trainer} finds no {role} column '{Excerpt.Of(name)}' among {(columns.Length == 0 ? "the data's columns (there are none)" : columns)}. {mend}");
    }

    private ArgumentOutOfRangeException Mismatch(string role, string expected, SchemaShape.Column got, string mend) =>
        new("inputSchema", $"{Trainer} needs {expected} as its {role} column '{got.Name}', but the column is {Describe(got)}. {mend}");

    private static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"key ({column.ItemType})" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            VectorKind.Vector => $"a vector of {item}",
            VectorKind.VariableVector => $"a vector of {item} of unknown size",
            _ => $"a single value of type {item}",
        };
    }
}
