namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model in a service, whatever its types: what it is, and how to load it again.</summary>
public interface IGradientModel
{
    /// <summary>The name that the model was registered with.</summary>
    string Name { get; }

    /// <summary>What was loaded, when, and what was refused since; one moment's state, read as a whole.</summary>
    GradientModelStatus Status { get; }

    /// <summary>The model that answers now, as it was loaded, kept in use until the lease is disposed of.</summary>
    /// <exception cref="GradientModelNotLoadedException">There is no model yet.</exception>
    GradientModelLease Lease();

    /// <summary>Looks at the model's source now, and takes a changed model if it is right. Calls at a time wait for each other. Nothing is thrown where a model is refused: the one that answers stays.</summary>
    /// <param name="cancellationToken">Ends the wait for others; what has begun is finished.</param>
    Task<ModelReload> ReloadAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// A model of ML.NET that a service predicts with. Any number of callers may predict at once, also while the model is replaced by a newer one: each call is answered by one of them, whole.
/// </summary>
/// <typeparam name="TIn">What a row of input is read from: a class with a property or field for each column that the model asks for.</typeparam>
/// <typeparam name="TOut">What a prediction is written to: a class with a property or field for each column wanted of the model's output.</typeparam>
public interface IGradientModel<TIn, TOut> : IGradientModel
    where TIn : class, new()
    where TOut : class, new()
{
    /// <summary>
    /// Tells the models of one name apart: twelve hexadecimal digits of the SHA-256 of the file's content, or what the model was registered with. Null while none is loaded.
    /// </summary>
    string? Version { get; }

    /// <summary>When the model that now answers was loaded; null while none is.</summary>
    DateTimeOffset? LoadedAt { get; }

    /// <summary>The prediction for one row.</summary>
    /// <exception cref="GradientModelNotLoadedException">There is no model yet.</exception>
    /// <exception cref="Exception">The model can't predict for this row; others are not touched.</exception>
    TOut Predict(TIn input);

    /// <summary>The predictions for several rows in their order, all by the same model; a network of ours scores them together.</summary>
    /// <exception cref="GradientModelNotLoadedException">There is no model yet.</exception>
    /// <exception cref="Exception">The model can't predict for one of the rows.</exception>
    TOut[] Predict(IReadOnlyList<TIn> inputs);

    /// <summary>The same, with the version of the model that answered.</summary>
    /// <param name="inputs">The rows.</param>
    /// <param name="version">The version.</param>
    /// <inheritdoc cref="Predict(IReadOnlyList{TIn})" path="/exception"/>
    TOut[] Predict(IReadOnlyList<TIn> inputs, out string version);
}
