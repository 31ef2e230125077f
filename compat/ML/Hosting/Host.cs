namespace Microsoft.ML.Runtime;

/// <summary>The environment behind <see cref="MLContext"/> and every host registered under it.</summary>
internal sealed class Host : IHost, IHostEnvironmentInternal
{
    private readonly Host _parent;
    private readonly Action<string, ChannelMessage> _listener;
    private readonly string _name;
    private readonly Lock _lock = new();

    /// <summary>The root environment; <paramref name="listener"/> receives every channel message with its source.</summary>
    public Host(int? seed, Action<string, ChannelMessage> listener)
    {
        Seed = seed;
        Rand = new TauswortheRandom(seed);
        _listener = listener;
        ComponentCatalog = new ComponentCatalog();
        TempFilePath = Path.GetTempPath();
    }

    private Host(Host parent, string name, Random rand)
    {
        _parent = parent;
        _listener = parent._listener;
        // As in ML.NET a source names its host's grandparent and itself, and the root has no name.
        _name = parent._parent?._name is { } outer ? $"{outer}; {name}" : name;
        Rand = rand;
        Seed = parent.Seed;
        ComponentCatalog = parent.ComponentCatalog;
        TempFilePath = parent.TempFilePath;
        FallbackToCpu = parent.FallbackToCpu;
        GpuDeviceId = parent.GpuDeviceId;
    }

    public Random Rand { get; }
    public int? Seed { get; }
    public ComponentCatalog ComponentCatalog { get; }
    public string TempFilePath { get; set; }
    public bool FallbackToCpu { get; set; }
    public int? GpuDeviceId { get; set; }
    public string ContextDescription => _name ?? "HostEnvironment";

    /// <summary>A child host, with its own generator drawn from this one's unless <paramref name="seed"/> is given.</summary>
    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (_lock)
            return new Host(this, name, seed is null ? new TauswortheRandom(Rand) : new TauswortheRandom(seed));
    }

    public IChannel Start(string name) => new Channel(SourceName(name), _listener);
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(SourceName(name));

    public IProgressChannel StartProgressChannel(string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return new ProgressChannel();
    }

    public TException Process<TException>(TException ex) where TException : Exception => ex;

    private string SourceName(string name) => _name is null ? name : $"{_name}; {name}";

    /// <summary>A pipe of messages that nobody listens to.</summary>
    private sealed class SilentPipe<TMessage>(string source) : IPipe<TMessage>
    {
        public string ContextDescription => source;
        public void Send(TMessage msg) { }
        public TException Process<TException>(TException ex) where TException : Exception => ex;
        public void Dispose() { }
    }
}
