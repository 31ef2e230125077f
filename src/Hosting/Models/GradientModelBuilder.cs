using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Says where a model of a service comes from, and how it is served. Made by <c>services.AddGradientModel&lt;TIn, TOut&gt;(name)</c>.</summary>
/// <typeparam name="TIn">The type of input rows.</typeparam>
/// <typeparam name="TOut">The type of predictions.</typeparam>
public sealed class GradientModelBuilder<TIn, TOut>
    where TIn : class, new()
    where TOut : class, new()
{
    internal GradientModelBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The services that the model was added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The model's name: the key of its services, and the name of its options.</summary>
    public string Name { get; }

    internal Func<IServiceProvider, IModelSource>? Source { get; private set; }

    internal Func<IServiceProvider, MLContext>? Context { get; private set; }

    internal List<ModelProbe<TIn, TOut>> Probes { get; } = [];

    /// <summary>Takes the model from a file that <c>mlContext.Model.Save</c> has written, with all steps of its pipeline.</summary>
    /// <param name="path">The file; a relative path is one from the current folder.</param>
    /// <param name="watchForChanges">
    /// Whether a new file takes the old one's place while the service runs. It is loaded and predicts once before it answers; one that is cut short, damaged, of another schema, or missing, leaves the
    /// old model in place and is logged once.
    /// </param>
    public GradientModelBuilder<TIn, TOut> FromFile(string path, bool watchForChanges = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        Source = _ => new FileModelSource(full, watchForChanges);
        return this;
    }

    /// <summary>Takes the current version of a <see cref="ModelStore"/> among the services, and follows it: a version that is published or activated takes the place of the one before, as a new file does.</summary>
    /// <param name="store">The store's name, as given to <c>AddGradientModelStore</c>; null for that of the model.</param>
    /// <param name="watchForChanges">Whether versions that become current while the service runs are taken; without, the one that is current when the model is loaded stays until <see cref="IGradientModel.ReloadAsync"/>.</param>
    /// <remarks>
    /// A store without a version fails the start, unless <see cref="GradientModelOptions.WaitForFile"/> is set. <see cref="ModelVersion.Sha256"/> begins with <see cref="IGradientModel{TIn, TOut}.Version"/>.
    /// </remarks>
    public GradientModelBuilder<TIn, TOut> FromStore(string? store = null, bool watchForChanges = true)
    {
        string name = store ?? Name;
        Source = services => new FileModelSource(
            (services.GetKeyedService<ModelStore>(name)
                ?? throw new InvalidOperationException($"The model '{Name}' comes from the store '{name}', and there is none of this name: call services.AddGradientModelStore(\"{name}\", folder).")).CurrentPath,
            watchForChanges);
        return this;
    }

    /// <summary>Takes a model that the program has. It is not disposed of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">What the model's version is called.</param>
    public GradientModelBuilder<TIn, TOut> FromModel(ITransformer model, string version = "1")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(version);
        Source = _ => new GivenModelSource(() => model, version);
        return this;
    }

    /// <summary>Takes models that a function makes: one at the start, and another one at each call of <see cref="IGradientModel.ReloadAsync"/>; their versions count from 1. They are not disposed of.</summary>
    /// <param name="make">Makes a model from the program's services.</param>
    public GradientModelBuilder<TIn, TOut> FromModel(Func<IServiceProvider, ITransformer> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Source = services => new GivenModelSource(() => make(services), null);
        return this;
    }

    /// <summary>Loads and predicts with this context, where custom mappings are registered, for instance. Default: the <see cref="MLContext"/> among the services, or a new one.</summary>
    public GradientModelBuilder<TIn, TOut> UseContext(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = _ => context;
        return this;
    }

    /// <summary>Sets options of this model.</summary>
    public GradientModelBuilder<TIn, TOut> Configure(Action<GradientModelOptions> configure)
    {
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Has every model predict for an example before it is taken, instead of for a row of zeros and empty texts. May be called several times.</summary>
    /// <param name="example">The row. Not to be changed afterwards.</param>
    /// <param name="isRight">Whether the answer is one that a sound model gives; null accepts any.</param>
    public GradientModelBuilder<TIn, TOut> Probe(TIn example, Func<TOut, bool>? isRight = null)
    {
        ArgumentNullException.ThrowIfNull(example);
        Probes.Add(new ModelProbe<TIn, TOut>(example, isRight));
        return this;
    }

    /// <summary>
    /// Adds a <see cref="BatchedPredictor{TIn, TOut}"/>, which gathers single requests into batches: a keyed singleton with the model's name as key, and, for the first model of these types, without a
    /// key.
    /// </summary>
    /// <param name="configure">Sets its options; null for the defaults.</param>
    public GradientModelBuilder<TIn, TOut> WithBatching(Action<BatchingOptions>? configure = null)
    {
        if (configure is not null)
        {
            Services.Configure(Name, configure);
        }

        string name = Name;
        Services.TryAddKeyedSingleton(name, (provider, _) => new BatchedPredictor<TIn, TOut>(
            provider.GetRequiredKeyedService<ModelOwner<TIn, TOut>>(name).Model,
            provider.GetRequiredService<IOptionsMonitor<BatchingOptions>>().Get(name),
            provider.GetRequiredService<ModelMetrics>()));
        Services.TryAddSingleton(provider => provider.GetRequiredKeyedService<BatchedPredictor<TIn, TOut>>(name));
        return this;
    }
}
