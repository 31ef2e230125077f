namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Closes a model when the services end. The model is several services, and a container disposes of each at the place where it was first asked for: only this one, made before whatever predicts with
/// the model, is to be disposed of.
/// </summary>
internal sealed class ModelOwner<TIn, TOut>(GradientModel<TIn, TOut> model) : IDisposable
    where TIn : class, new()
    where TOut : class, new()
{
    public GradientModel<TIn, TOut> Model => model;

    public void Dispose() => model.Close();
}
