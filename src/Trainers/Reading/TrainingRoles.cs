using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The columns that a trainer reads, and the checks of their types before any row is read.</summary>
internal sealed record TrainingRoles(string Trainer, string Label, string Features, string? Weight, LabelKind Kind = LabelKind.Number)
{
    /// <summary>Checks all roles.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type; the message names the call that mends it.</exception>
    public void Check(SchemaShape schema)
    {
        if (Kind == LabelKind.Class)
        {
            CheckMulticlass(schema);
        }
        else
        {
            CheckRegression(schema, severalOutputs: Kind == LabelKind.Numbers);
        }
    }

    /// <summary>Checks all roles of validation rows, and that their features are those of the training rows.</summary>
    /// <inheritdoc cref="Check" path="/exception"/>
    public void CheckValidation(DataViewSchema training, DataViewSchema validation)
    {
        Check(SchemaShapes.Of(validation));
        var wanted = (VectorDataViewType)training[Features].Type;
        var got = (VectorDataViewType)validation[Features].Type;
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
    public SchemaShape Promise(SchemaShape schema) => Kind == LabelKind.Class ? MulticlassOutput.Promise(schema, Label) : RegressionOutput.Promise(schema, Label);

    /// <summary>Checks all roles of a multiclass trainer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type; the message names the call that mends it.</exception>
    public void CheckMulticlass(SchemaShape schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        CheckFeatures(schema);
        CheckWeight(schema);
        var label = Find(schema, "label", Label, $"Make it with mlContext.Transforms.Conversion.MapValueToKey(\"{Label}\", \"<your class column>\"), or name your column with labelColumnName.");
        if (!(label.IsKey && label.Kind == VectorKind.Scalar))
        {
            throw Mismatch("label", Label, "a key", label, $"Map the classes to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{Label}\").");
        }
    }

    /// <summary>Checks all roles of a regression trainer.</summary>
    /// <param name="schema">The input.</param>
    /// <param name="severalOutputs">Whether the label may also be a vector, for as many outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type; the message names the call that mends it.</exception>
    public void CheckRegression(SchemaShape schema, bool severalOutputs = false)
    {
        ArgumentNullException.ThrowIfNull(schema);
        CheckFeatures(schema);
        CheckWeight(schema);
        var label = Find(schema, "label", Label, "Name the column to predict with labelColumnName.");
        if (!label.IsKey && label.ItemType == NumberDataViewType.Single && (label.Kind == VectorKind.Scalar || (severalOutputs && label.Kind == VectorKind.Vector)))
        {
            return;
        }

        string mend = (label.Kind, label.ItemType) switch
        {
            (_, TextDataViewType) => $"If the text is a number, read it as one, with DataKind.Single in the loader or mlContext.Transforms.Conversion.ConvertType(\"{Label}\", outputKind: DataKind.Single).",
            (_, _) when label.IsKey => "A key stands for a class: use a trainer of mlContext.MulticlassClassification, or name a column of numbers with labelColumnName.",
            (VectorKind.Scalar, _) => $"Convert it with mlContext.Transforms.Conversion.ConvertType(\"{Label}\", outputKind: DataKind.Single).",
            (_, _) when !severalOutputs => "For several outputs at once use mlContext.Regression.Trainers.Mlp; else name one column of numbers with labelColumnName.",
            (VectorKind.VariableVector, _) => "Give every row the same number of labels: for LoadFromEnumerable put [VectorType(size)] on the property, for a text file give the column a range such as [LoadColumn(0, 9)].",
            _ => $"Convert it with mlContext.Transforms.Conversion.ConvertType(\"{Label}\", outputKind: DataKind.Single).",
        };
        throw Mismatch("label", Label, severalOutputs ? "Single or a known-size vector of Single" : "Single", label, mend);
    }

    private void CheckFeatures(SchemaShape schema)
    {
        var features = Find(schema, "feature", Features, $"Make it with mlContext.Transforms.Concatenate(\"{Features}\", \"<your columns>\"), or name your column with featureColumnName.");
        if (features is { Kind: VectorKind.Vector, IsKey: false } && features.ItemType == NumberDataViewType.Single)
        {
            return;
        }

        string mend = (features.Kind, features.ItemType) switch
        {
            (VectorKind.Scalar, NumberDataViewType type) when type == NumberDataViewType.Single && !features.IsKey =>
                $"Make it a vector with mlContext.Transforms.Concatenate(\"{Features}\", \"{Features}\").",
            (_, TextDataViewType) => $"Turn text into numbers with mlContext.Transforms.Text.FeaturizeText(\"{Features}\") or mlContext.Transforms.Categorical.OneHotEncoding(\"{Features}\").",
            (_, _) when features.IsKey => $"Turn keys into indicator vectors with mlContext.Transforms.Conversion.MapKeyToVector(\"{Features}\").",
            (VectorKind.VariableVector, _) => "Give every row the same number of values: for LoadFromEnumerable put [VectorType(size)] on the property, for a text file give the column a range such as [LoadColumn(0, 9)].",
            _ => $"Convert it with mlContext.Transforms.Conversion.ConvertType(\"{Features}\", outputKind: DataKind.Single).",
        };
        throw Mismatch("feature", Features, "a known-size vector of Single", features, mend);
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
            throw Mismatch("example weight", Weight, "Single", weight, $"Convert it with mlContext.Transforms.Conversion.ConvertType(\"{Weight}\", outputKind: DataKind.Single).");
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

    private ArgumentOutOfRangeException Mismatch(string role, string name, string expected, SchemaShape.Column got, string mend) =>
        new("inputSchema", $"{Trainer} needs {expected} as its {role} column '{name}', but the column is {Describe(got)}. {mend}");

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
