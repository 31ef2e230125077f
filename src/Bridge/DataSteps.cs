using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>The steps that a view was made by.</summary>
public static class DataSteps
{
    /// <summary>A view, the one that its last step was applied to, and so on down to the source, as far as ML.NET tells.</summary>
    /// <param name="data">The view.</param>
    public static IEnumerable<IDataView> From(IDataView data)
    {
        for (var view = data; view is not null; view = (view as IDataTransform)?.Source)
        {
            yield return view;
        }
    }
}
