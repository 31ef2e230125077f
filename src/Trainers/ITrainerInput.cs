using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a trainer of ML.NET reads, beside its options of the training itself: columns by their names, and rows to validate on.</summary>
public interface ITrainerInput
{
    /// <summary>Name of the label column. Default: <c>Label</c>.</summary>
    string LabelColumnName { get; set; }

    /// <summary>Name of the feature column, a known-size vector of Single, dense or sparse; for networks also of Byte, the numbers 0 to 255. Default: <c>Features</c>.</summary>
    string FeatureColumnName { get; set; }

    /// <summary>
    /// Name of the column of example weights (Single, at least 0), or null for 1 each. A row counts by its share of an average training row's weight, in the gradient of a batch of any
    /// size as in the loss and the metric that are told.
    /// </summary>
    string? ExampleWeightColumnName { get; set; }

    /// <summary>Rows to validate on after each epoch, with the same columns as the training rows. Null: see <see cref="DescentOptions.ValidationFraction"/>.</summary>
    IDataView? ValidationSet { get; set; }

    /// <summary>Gives a copy of the options lists of its own, where they have any.</summary>
    internal void CopyLists()
    {
    }
}
