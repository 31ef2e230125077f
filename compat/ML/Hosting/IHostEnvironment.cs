namespace Microsoft.ML.Runtime;

public interface IExceptionContext
{
    string ContextDescription { get; }
    TException Process<TException>(TException ex) where TException : Exception;
}

public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);
    IPipe<TMessage> StartPipe<TMessage>(string name);
}

/// <summary>Where components get randomness, channels, progress and the catalog of loadable classes.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}

/// <summary>The settings of <see cref="MLContext"/> as components see them.</summary>
internal interface IHostEnvironmentInternal : IHostEnvironment
{
    int? Seed { get; }
    string TempFilePath { get; set; }
    bool FallbackToCpu { get; set; }
    int? GpuDeviceId { get; set; }
}
