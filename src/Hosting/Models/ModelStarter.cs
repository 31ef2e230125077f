using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Loads all models when the host starts, before requests come: a model that can't be served fails the start.</summary>
internal sealed class ModelStarter(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var _ in services.GetServices<IGradientModel>())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
