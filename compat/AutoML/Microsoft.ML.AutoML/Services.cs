namespace Microsoft.ML.AutoML;

/// <summary>What an experiment was given, by type: the last registration wins.</summary>
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
}
