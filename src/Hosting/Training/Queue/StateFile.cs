using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A file of the state folder. What goes wrong with it is logged, and stops no training.</summary>
internal static class StateFile
{
    /// <summary>Reads a file; default when there is none, or it can't be read or makes no sense, which moves it aside.</summary>
    public static T? Read<T>(string? path, JsonTypeInfo<T> type, ILogger logger)
    {
        if (path is null || !File.Exists(path))
        {
            return default;
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, type);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            Tolerant.Try(() => File.Move(path, path + ".damaged", overwrite: true));
            logger.StateDamaged(path, exception.Message);
            return default;
        }
    }

    public static void Write<T>(string? path, T value, JsonTypeInfo<T> type, ILogger logger)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, type));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.StateNotWritten(path, exception.Message);
        }
    }
}
