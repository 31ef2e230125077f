using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

[TestClass]
public sealed class StopTests
{
    /// <summary>As happens where a test's factory and the program's own end both stop the host.</summary>
    [TestMethod]
    public async Task AServiceThatIsStoppedAfterItsEndIsQuietAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        IHostedService[] hosted;
        await using (var service = await Service.StartAsync(folder, training => training.AddJob("rings", context => Service.Plan(context), job => job.Rule = PublishingRule.Always()), options => options.StateFolder = folder["state"]))
        {
            hosted = [.. service.Services.GetServices<IHostedService>()];
        }

        foreach (string file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        foreach (IHostedService one in hosted)
        {
            await one.StopAsync(CancellationToken.None);
        }

        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), "By then the folder may be another process's.");
    }
}
