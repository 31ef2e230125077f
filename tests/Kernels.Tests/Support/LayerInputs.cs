namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>What layers take.</summary>
internal static class LayerInputs
{
    /// <summary>Whether a layer takes rows of a shape.</summary>
    public static bool Takes(this Layer layer, TensorShape shape)
    {
        try
        {
            layer.OutputShape(shape);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
