using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MLNet.GradientTrainers.DigitService.Security;

namespace MLNet.GradientTrainers.DigitService;

/// <summary>What a person reads when the service has started: where the page is, and once the key that was made for it.</summary>
internal static class StartLine
{
    public static void Print(WebApplication app)
    {
        string? key = app.Services.GetRequiredService<ApiKey>().TakeGenerated();
        foreach (string address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            // What stands behind # stays in the browser: the page takes the key from there, and no request carries it.
            Console.WriteLine(key is null ? $"Digit service: {address}/" : $"Digit service: {address}/#key={key}");
        }

        if (key is not null)
        {
            Console.WriteLine($"Its key, made for this run: {key}   (set DigitService__ApiKey in the environment for one of your own)");
        }

        Console.WriteLine("Ctrl+C ends it.");
    }
}
