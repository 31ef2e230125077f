using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What triggers know over a restart: when a schedule last came, and what a watched file last held.</summary>
/// <param name="path">The file; null to keep it in memory.</param>
/// <param name="logger">Told of a file that can't be read or written.</param>
internal sealed partial class TriggerMemory(string? path, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _values = StateFile.Read(path, TriggerJson.Default.DictionaryStringString, logger) ?? [];

    public string? this[string key]
    {
        get
        {
            lock (_lock)
            {
                return _values.GetValueOrDefault(key);
            }
        }

        set
        {
            lock (_lock)
            {
                _values[key] = value!;
                StateFile.Write(path, _values, TriggerJson.Default.DictionaryStringString, logger);
            }
        }
    }

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class TriggerJson : JsonSerializerContext;
}
