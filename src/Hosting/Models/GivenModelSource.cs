using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model that the program makes.</summary>
/// <param name="make">Makes it, or gives the one that there is.</param>
/// <param name="version">Its version; null counts the models made.</param>
internal sealed class GivenModelSource(Func<ITransformer> make, string? version) : IModelSource
{
    private int _made;

    public string? WatchedFile => null;

    public string Description => "what the program gave";

    public string? Key() => null;

    public ModelContent Load(MLContext context)
    {
        try
        {
            var model = make() ?? throw new InvalidOperationException("null came back.");
            return new ModelContent(model, null, version ?? (++_made).ToString(CultureInfo.InvariantCulture), IsOwned: false);
        }
        catch (Exception exception)
        {
            throw new ModelSourceException($"The model can't be made: {ModelArchive.Reason(exception)}", null);
        }
    }
}
