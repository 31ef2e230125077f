using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>How a catalog, whose environment is private, gives it to the methods that extend the catalog.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        return catalog.Environment;
    }
}

internal static class DefaultColumnNames
{
    public const string Features = "Features";
    public const string Label = "Label";
    public const string Weight = "Weight";
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";
    public const string FeatureContributions = "FeatureContributions";
}
