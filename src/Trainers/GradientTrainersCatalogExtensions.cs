namespace Microsoft.ML;

/// <summary>The trainers of MLNet.GradientTrainers in the catalogs of an <see cref="MLContext"/>.</summary>
/// <remarks>Each trainer adds its two methods, arguments with defaults and all options, in a file beside it.</remarks>
public static partial class GradientTrainersCatalogExtensions;
