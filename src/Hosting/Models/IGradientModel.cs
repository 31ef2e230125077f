namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// A model of ML.NET that a service predicts with. Any number of callers may predict at once, also while the model is replaced by a newer one: each call is answered by one of them, whole.
/// </summary>
/// <typeparam name="TIn">What a row of input is read from: a class with a property or field for each column that the model asks for.</typeparam>
/// <typeparam name="TOut">What a prediction is written to: a class with a property or field for each column wanted of the model's output.</typeparam>
public interface IGradientModel<TIn, TOut>
    where TIn : class, new()
    where TOut : class, new()
{
    /// <summary>The name that the model was registered with.</summary>
    string Name { get; }

    /// <summary>Tells the models of one file apart: twelve hexadecimal digits of the SHA-256 of the file's content, or what the model was registered with.</summary>
    string Version { get; }

    /// <summary>When the model that now answers was loaded.</summary>
    DateTimeOffset LoadedAt { get; }

    /// <summary>The prediction for one row.</summary>
    TOut Predict(TIn input);

    /// <summary>The predictions for several rows in their order, all by the same model, in one pass.</summary>
    TOut[] Predict(IReadOnlyList<TIn> inputs);
}
