using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.DigitService.Security;

/// <summary>The key that callers of writing endpoints send. Kept as its hash, and compared in a time that tells nothing of where a wrong one differs.</summary>
internal sealed class ApiKey
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-Api-Key";

    private const int GeneratedBytes = 24;
    private readonly byte[] _hash;
    private string? _generated;

    public ApiKey(IOptions<DigitServiceOptions> options)
    {
        string? given = options.Value.ApiKey;
        _generated = string.IsNullOrEmpty(given) ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(GeneratedBytes)) : null;
        _hash = Hash(_generated ?? given!);
    }

    /// <summary>The key that was made because the configuration has none, for the line that is printed at the start; null when it was given, and on the second call.</summary>
    public string? TakeGenerated() => Interlocked.Exchange(ref _generated, null);

    /// <summary>Whether a caller has the key.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(Hash(candidate), _hash);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
