using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>
/// The key of a sweep's processes: it follows from the secret in the database, so that who may read that has it, and nobody else. Connections between them are TLS, each side shows the certificate of this
/// key and takes no other: what reaches the port without being of the sweep comes no further than the handshake.
/// </summary>
internal static class ClusterCertificate
{
    private const int KeyBytes = 32;
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    /// <param name="secret">The secret.</param>
    public static X509Certificate2 Of(byte[] secret)
    {
        // H. Krawczyk, P. Eronen, "HKDF", RFC 5869, 2010. All but 2^−32 of the values are keys of the curve; zero and those above its order are not.
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: "MLNet.GradientTrainers sweep"u8.ToArray());
        using var curve = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = key });
        var request = new CertificateRequest("CN=sweep", curve, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now - Life, now + Life);

        // Some systems take a key for TLS only as it comes out of a file.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Whether two certificates are of one key.</summary>
    public static bool IsSame(X509Certificate2 own, X509Certificate2 other) =>
        CryptographicOperations.FixedTimeEquals(own.PublicKey.ExportSubjectPublicKeyInfo(), other.PublicKey.ExportSubjectPublicKeyInfo());
}
