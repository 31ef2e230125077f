using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Chooses where the rows of a fit go.</summary>
internal static class RowPlace
{
    private const long Mebibyte = 1 << 20;

    /// <summary>What takes rows that are too many for memory; null where all are to stay in memory.</summary>
    /// <param name="input">The trainer's options.</param>
    /// <param name="channel">Is told when rows are streamed.</param>
    public static RowSpill? Of(ITrainerInput input, IChannel channel)
    {
        if (input.Rows == RowStorage.InMemory)
        {
            return null;
        }

        var memory = GC.GetGCMemoryInfo();
        long limit = input.MemoryLimit ?? Math.Max(RowSpill.SmallestLimit, memory.TotalAvailableMemoryBytes / 4);
        bool always = input.Rows == RowStorage.Streamed;
        long most = input.MemoryLimit ?? Free() / 2;
        RowSpill? spill = null;
        spill = new RowSpill(limit, input.SpillFolder, always, most, onSpill: () =>
        {
            string why = always
                ? $"{nameof(input.Rows)} is {RowStorage.Streamed}"
                : $"they take more than {Text(most)}, {(input.MemoryLimit is null ? "half of the memory that is free" : $"the {nameof(input.MemoryLimit)}")}";
            channel.Info(MessageSensitivity.None, $"The rows are streamed, with {Text(limit)} of memory for them, as {why}: they are {(spill!.IsInPlace ? "read where they lie, block by block" : $"copied to a temporary file in '{spill.Folder}'")}.");
        });
        return spill;
    }

    /// <summary>Bytes of memory that the process may still take.</summary>
    public static long Free()
    {
        var memory = GC.GetGCMemoryInfo();
        return Math.Max(0, memory.TotalAvailableMemoryBytes - Math.Max(memory.MemoryLoadBytes, Environment.WorkingSet));
    }

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte:N0} MiB");
}
