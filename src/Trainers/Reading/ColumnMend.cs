using Microsoft.ML;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The call that mends a column of a wrong type, for each role. A test makes every one of them and fits.</summary>
internal static class ColumnMend
{
    private const string KnownSize = "for LoadFromEnumerable put [VectorType(size)] on the property, for a text file give the column a range such as [LoadColumn(0, 9)], in a Parquet file write lists of one length, with NaN for what is missing";

    public static string OfFeatures(SchemaShape.Column column) => (column.Kind, column.ItemType) switch
    {
        _ when IsImage(column) => $"Turn images into numbers with mlContext.Transforms.ResizeImages(\"{column.Name}\", <width>, <height>), which gives all the same size, and mlContext.Transforms.ExtractPixels(\"{column.Name}\").",
        (VectorKind.VariableVector, _) when column.IsKey => $"Count the keys of each row with mlContext.Transforms.Conversion.MapKeyToVector(\"{column.Name}\", outputCountVector: true).",
        _ when column.IsKey => $"Turn keys into indicator vectors with mlContext.Transforms.Conversion.MapKeyToVector(\"{column.Name}\").",
        (VectorKind.VariableVector, TextDataViewType) => $"Turn text into numbers with mlContext.Transforms.Text.FeaturizeText(\"{column.Name}\").",
        (_, TextDataViewType) => $"Turn text into numbers with mlContext.Transforms.Text.FeaturizeText(\"{column.Name}\") or mlContext.Transforms.Categorical.OneHotEncoding(\"{column.Name}\").",
        (VectorKind.VariableVector, _) => $"Give every row the same number of values: {KnownSize}.",
        (VectorKind.Vector, _) => $"Convert it with {ToSingle(column)}.",
        (_, NumberDataViewType type) when type == NumberDataViewType.Single => $"Make it a vector with {Concatenate(column)}.",
        _ => $"Convert it with {ToSingle(column)}, and make it a vector with {Concatenate(column)}.",
    };

    public static string OfClass(SchemaShape.Column column) => column.Kind != VectorKind.Scalar || IsImage(column)
        ? "Name a column that holds one class a row with labelColumnName."
        : $"Map the classes to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{column.Name}\").";

    public static string OfAnswer(SchemaShape.Column column) => column switch
    {
        _ when column.Kind != VectorKind.Scalar || IsImage(column) => "Name a column that holds true or false with labelColumnName.",
        { IsKey: true } => $"A key stands for one of several classes: use a trainer of mlContext.MulticlassClassification; or make the text or number under it Boolean with mlContext.Transforms.Conversion.MapKeyToValue(\"{column.Name}\") and {ToBoolean(column)}.",
        { ItemType: TextDataViewType } => $"Text such as true, yes or 1 becomes Boolean with {ToBoolean(column)}; for other words give a table: mlContext.Transforms.Conversion.MapValue(\"{column.Name}\", new Dictionary<string, bool> {{ [\"<word>\"] = true, [\"<other word>\"] = false }}, \"{column.Name}\").",
        _ => $"Convert it, 0 to false and all else to true, with {ToBoolean(column)}.",
    };

    public static string OfAnswers(SchemaShape.Column column) => (column.Kind, column.ItemType) switch
    {
        _ when IsImage(column) => "Name a column that holds an answer for each label with labelColumnName.",
        (VectorKind.Scalar, _) => $"For one question of true or false use mlContext.BinaryClassification.Trainers.Mlp, for one of several classes mlContext.MulticlassClassification.Trainers.Mlp; columns of one answer each become a vector with mlContext.Transforms.Concatenate(\"{column.Name}\", \"<your columns>\").",
        (VectorKind.VariableVector, _) => $"Give every row an answer for each label, in one order: {KnownSize}.",
        _ when column.IsKey => $"Turn keys into indicator vectors with mlContext.Transforms.Conversion.MapKeyToVector(\"{column.Name}\", outputCountVector: true).",
        _ => $"Convert it with {ToSingle(column)}.",
    };

    public static string OfNumber(SchemaShape.Column column, bool severalOutputs) => column.Kind switch
    {
        _ when IsImage(column) => "Name a column of numbers with labelColumnName.",
        _ when column.IsKey => "A key stands for a class: use a trainer of mlContext.MulticlassClassification, or name a column of numbers with labelColumnName.",
        VectorKind.Vector or VectorKind.VariableVector when !severalOutputs => "For several outputs at once use mlContext.Regression.Trainers.Mlp; else name one column of numbers with labelColumnName.",
        VectorKind.VariableVector => $"Give every row the same number of labels: {KnownSize}.",
        _ when column.ItemType is TextDataViewType => $"If the text is a number, read it as one, with DataKind.Single in the loader or {ToSingle(column)}.",
        _ => $"Convert it with {ToSingle(column)}.",
    };

    public static string OfWeight(SchemaShape.Column column) => column.Kind != VectorKind.Scalar || column.IsKey || IsImage(column)
        ? "Name a column that holds one number a row with exampleWeightColumnName, or null for none."
        : $"Convert it with {ToSingle(column)}.";

    private static string ToSingle(SchemaShape.Column column) => $"mlContext.Transforms.Conversion.ConvertType(\"{column.Name}\", outputKind: DataKind.Single)";

    private static string ToBoolean(SchemaShape.Column column) => $"mlContext.Transforms.Conversion.ConvertType(\"{column.Name}\", outputKind: DataKind.Boolean)";

    private static string Concatenate(SchemaShape.Column column) => $"mlContext.Transforms.Concatenate(\"{column.Name}\", \"{column.Name}\")";

    /// <summary>The type is of a package of ML.NET's that this plug-in does without.</summary>
    private static bool IsImage(SchemaShape.Column column) => column.ItemType.GetType().Name == "ImageDataViewType";
}
