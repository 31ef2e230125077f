using System.Runtime.CompilerServices;
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

    /// <summary>The GPUs; null for the processor, none where all were asked for and there is none.</summary>
    private int[]? _gpus;

    private DeviceChoice(FitContext context, int[]? gpus, bool mayFallBack, bool isTogether = false)
    {
        _context = context;
        _gpus = gpus;

        // Other processes would not know of it.
        _mayFallBack = mayFallBack && context.Shared is null;
        IsTogether = isTogether;
    }

    /// <summary>Whether the GPUs train one network together, were it only one; else there is one at most.</summary>
    public bool IsTogether { get; }

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

        if (device.IsTogether)
        {
            int[] gpus = device.Indices.Count > 0 ? [.. device.Indices] : [.. GpuDevices.AllLikeBest.Take(options.Shards).Select(gpu => gpu.Index)];
            return new(context, gpus, Hosts.FallsBackToCpu(context.Host), isTogether: true);
        }

        if ((device.Indices.Count > 0 ? device.Indices[0] : Hosts.GpuDeviceId(context.Host)) is { } named)
        {
            return new(context, [named], Hosts.FallsBackToCpu(context.Host));
        }

        int batch = Math.Min(options.BatchSize ?? rows, rows);
        double all = (double)rows * (options.NumberOfEpochs ?? 1);
        return GpuThreshold.Pays(network, batch, all, device.Threshold) && GpuDevices.Best is { } best ? new(context, [best.Index], true) : new(context, null, false);
    }

    /// <summary>The same with the first GPU alone, for what is not done together.</summary>
    public DeviceChoice One() => new(_context, _gpus is [var first, ..] ? [first] : _gpus, _mayFallBack);

    /// <summary>Trains on the devices; again on the processor where a GPU fails and may be replaced.</summary>
    /// <param name="train">Trains with the GPUs' back ends, or for none with the processor's.</param>
    /// <param name="begun">Whether epochs have been told: then it is too late to begin again.</param>
    /// <exception cref="GpuException">A GPU can't be used or fails, and nobody wants the processor instead.</exception>
    public TResult Run<TResult>(Func<IReadOnlyList<IBackend<float>>, TResult> train, Func<bool> begun)
    {
        while (true)
        {
            var gpus = Open();
            try
            {
                return train(gpus);
            }
            catch (Exception error) when (gpus.Count > 0 && error is not OperationCanceledException)
            {
                // All are asked: an error that nobody has explained yet may have spoiled any of them.
                var explained = gpus.Select(gpu => gpu.Explain(error)).ToList().Find(one => one is not null) ?? error;
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
            finally
            {
                Close(gpus);
            }
        }
    }

    /// <summary>The back ends of the GPUs; none for the processor, which is to load nothing of theirs.</summary>
    private IReadOnlyList<IBackend<float>> Open() => _gpus is null ? [] : OpenGpus(_gpus);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<IBackend<float>> OpenGpus(int[] indices)
    {
        List<IBackend<float>> gpus = [];
        try
        {
            if (indices.Length == 0)
            {
                throw new GpuException(GpuFailure.NotFound, $"There is no GPU: {GpuDevices.Problem ?? "the only devices are OpenCL drivers of the processor, which are taken only by their number"}. Install the card's driver, or train on the processor (Device = ComputeDevice.Cpu).");
            }

            foreach (int index in indices)
            {
                gpus.Add(GpuDevices.Open(index));
            }

            _context.Channel.Info(MessageSensitivity.None, $"Trains on {Name}: {string.Join(", ", gpus.Select(gpu => gpu.Name))}.");
            return gpus;
        }
        catch (Exception problem)
        {
            Close(gpus);
            if (problem is not GpuException || !_mayFallBack)
            {
                throw;
            }

            FallBack(problem);
            return [];
        }
    }

    private static void Close(IEnumerable<IBackend<float>> gpus)
    {
        foreach (var gpu in gpus)
        {
            gpu.Dispose();
        }
    }

    /// <summary>A network that does not fit into the device's memory.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentException { ParamName: "maxRows" };

    private string Name => _gpus switch
    {
        null or [] => "all GPUs",
        [var one] => $"GPU {one}",
        _ => $"GPUs {string.Join(", ", _gpus)}",
    };

    private void FallBack(Exception problem)
    {
        _context.Channel.Warning(MessageSensitivity.None, $"Trains on the processor instead of {Name}: {problem.Message}");
        _gpus = null;
    }
}
