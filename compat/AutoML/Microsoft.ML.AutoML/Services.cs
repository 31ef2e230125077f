namespace Microsoft.ML.AutoML;

/// <summary>What an experiment was given, by type: the last registration wins, and constructors get their arguments from here.</summary>
internal sealed class Services : IServiceProvider
{
    private readonly Dictionary<Type, Func<object>> _makers = [];

    public void AddSingleton<T>(Func<IServiceProvider, T> factory)
        where T : class
    {
        var made = new Lazy<T>(() => factory(this));
        _makers[typeof(T)] = () => made.Value;
    }

    public void AddTransient<T>(Func<IServiceProvider, T> factory)
        where T : class => _makers[typeof(T)] = () => factory(this);

    public object GetService(Type serviceType) => serviceType == typeof(IServiceProvider) ? this : _makers.TryGetValue(serviceType, out var make) ? make() : null;

    public T Get<T>()
        where T : class => (T)GetService(typeof(T));

    /// <summary>Makes an object by its longest constructor whose arguments are known.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Create<T>()
        where T : class
    {
        Type missing = null;
        foreach (var constructor in typeof(T).GetConstructors().OrderByDescending(one => one.GetParameters().Length))
        {
            var parameters = constructor.GetParameters();
            missing = parameters.FirstOrDefault(parameter => !parameter.HasDefaultValue && parameter.ParameterType != typeof(IServiceProvider) && !_makers.ContainsKey(parameter.ParameterType))?.ParameterType;
            if (missing is null)
            {
                return (T)constructor.Invoke([.. parameters.Select(parameter => GetService(parameter.ParameterType) ?? parameter.DefaultValue)]);
            }
        }

        throw new InvalidOperationException($"Unable to resolve service for type '{missing}' while attempting to activate '{typeof(T)}'.");
    }
}
