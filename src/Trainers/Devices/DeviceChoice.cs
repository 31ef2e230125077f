using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers;

/// <summary>Which device one call of a trainer computes on, and what happens where that device fails: told once, with the reason.</summary>
internal sealed class DeviceChoice
{
    private readonly FitContext _context;
    private readonly bool _mayFallBack;
    private int? _gpu;

    private DeviceChoice(FitContext context, int? gpu, bool mayFallBack)
    {
        _context = context;
        _gpu = gpu;
        _mayFallBack = mayFallBack;
    }

    /// <summary>Chooses for a network and rows.</summary>
    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Options with nothing left open.</param>
    /// <param name="network">The network; one member's.</param>
    /// <param name="rows">Training rows.</param>
    public static DeviceChoice Make(FitContext context, NetworkTrainerOptions options, NetworkDefinition network, int rows)
    {
        var device = options.Device;
        if (device.IsCpu || options.Backend != BackendKind.Auto)
        {
            return new(context, null, false);
        }

        if ((device.Index ?? Hosts.GpuDeviceId(context.Host)) is { } named)
        {
            return new(context, named, Hosts.FallsBackToCpu(context.Host));
        }

        int batch = Math.Min(options.BatchSize ?? rows, rows);
        double all = (double)rows * (options.NumberOfEpochs ?? 1);
        return GpuThreshold.Pays(network, batch, all, device.Threshold) && GpuDevices.Best is { } best ? new(context, best.Index, true) : new(context, null, false);
    }

    /// <summary>Trains on the device; again on the processor where the GPU fails and may be replaced.</summary>
    /// <param name="train">Trains with the GPU's back end, or for null with the processor's.</param>
    /// <param name="begun">Whether epochs have been told: then it is too late to begin again.</param>
    /// <exception cref="GpuException">The GPU can't be used or fails, and nobody wants the processor instead.</exception>
    public TResult Run<TResult>(Func<IBackend<float>?, TResult> train, Func<bool> begun)
    {
        while (true)
        {
            using var gpu = Open();
            if (gpu is null)
            {
                return train(null);
            }

            try
            {
                return train(gpu);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                var explained = gpu.Explain(error) ?? error;
                if (_mayFallBack && !begun() && (explained is GpuException || IsTooLarge(explained)))
                {
                    FallBack(explained);
                }
                else if (ReferenceEquals(explained, error))
                {
                    throw;
                }
                else
                {
                    throw explained;
                }
            }
        }
    }

    private GpuBackend? Open()
    {
        if (_gpu is not { } index)
        {
            return null;
        }

        try
        {
            var gpu = GpuDevices.Open(index);
            _context.Channel.Info(MessageSensitivity.None, $"Trains on GPU {index}: {gpu.Name}.");
            return gpu;
        }
        catch (GpuException problem) when (_mayFallBack)
        {
            FallBack(problem);
            return null;
        }
    }

    /// <summary>A network that does not fit into the device's memory.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentException { ParamName: "maxRows" };

    private void FallBack(Exception problem)
    {
        _context.Channel.Warning(MessageSensitivity.None, $"Trains on the processor instead of GPU {_gpu?.ToString(CultureInfo.InvariantCulture)}: {problem.Message}");
        _gpu = null;
    }
}
