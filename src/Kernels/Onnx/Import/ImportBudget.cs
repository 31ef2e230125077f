namespace MLNet.GradientTrainers.Kernels;

/// <summary>What an ONNX file may make of itself: a damaged or hostile one leads in circles, or uses one constant for thousands of layers.</summary>
/// <param name="fileLength">The file's bytes.</param>
internal sealed class ImportBudget(long fileLength)
{
    /// <summary>Small networks may share constants as they like.</summary>
    private const long Spare = 1 << 22;

    private readonly HashSet<OnnxNode> _visited = new(ReferenceEqualityComparer.Instance);
    private long _numbers = Spare + (4 * fileLength);
    private int _layers = NetworkDefinition.MaxLayers;

    /// <summary>Whether a node has been translated before.</summary>
    public bool IsSecondVisit(OnnxNode node) => !_visited.Add(node);

    /// <summary>Counts a layer; true where there are too many, or too many numbers.</summary>
    public bool Exceeds(long numbers) => (_numbers -= numbers) < 0 || --_layers < 0;
}
