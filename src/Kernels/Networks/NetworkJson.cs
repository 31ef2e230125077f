namespace MLNet.GradientTrainers.Kernels;

/// <summary>A network's description as JSON: <c>{"format":1,"input":[784],"layers":[{"kind":"dense",…},…]}</c>.</summary>
internal static class NetworkJson
{
    private const int Format = 1;
    private const string What = "network description";

    public static string Write(NetworkDefinition network) =>
        DescriptionJson.Serialize(new Document(Format, network.InputShape.Dimensions.ToArray(), [.. network.Layers]));

    public static NetworkDefinition Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Document document = DescriptionJson.Deserialize<Document>(json, What);
        if (document.Format != Format)
        {
            throw new FormatException(
                $"The {What} is in format {document.Format}, but this library reads format {Format}. Update the library if a newer one wrote it.");
        }

        try
        {
            return new NetworkDefinition(new TensorShape(document.Input), document.Layers);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The {What} can't be read: {e.Message}", e);
        }
    }

    private sealed record Document(int Format, int[] Input, Layer[] Layers);
}
