using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A view whose rows lie in a file one after another, so that a trainer that streams them can read them there.</summary>
internal interface IRowsInFile : IDataView
{
    /// <summary>The rows of a column of features; null where they do not lie so.</summary>
    /// <param name="features">The column.</param>
    /// <param name="spill">Keeps parts of them in memory.</param>
    ByteRows? InFile(DataViewSchema.Column features, RowSpill spill);
}
