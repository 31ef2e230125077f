using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend : IFixedWeights
{
    /// <summary>The panels of fixed weights, by the address of the weights.</summary>
    private readonly Dictionary<nint, FixedPanels> _fixed = [];

    /// <inheritdoc/>
    void IFixedWeights.Fix(Tensor<float> weights, int inputs, int outputs)
    {
        int panelWidth = PanelWidth;
        int panels = (outputs + panelWidth - 1) / panelWidth;
        Product block = new() { B = Pointer(weights), BRow = outputs, Columns = outputs, K = inputs };
        NativeBuffer buffer = new(checked(panels * panelWidth * inputs));
        PackInto(buffer.Elements, block, false, panelWidth);
        _fixed.Add((nint)block.B, new FixedPanels(weights.Buffer!, buffer, inputs, outputs));
        GC.KeepAlive(weights.Buffer);
    }

    /// <summary>Lets a layer's product read the panels of its weights where they are fixed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UseFixed(ref Product product)
    {
        if (_fixed.Count > 0 && _fixed.TryGetValue((nint)product.B, out FixedPanels? panels) && panels.Inputs == product.K && panels.Outputs == product.Columns)
        {
            product.B = panels.Buffer.Elements;
            product.InPanels = true;
        }
    }

    private void DisposeFixed()
    {
        foreach (FixedPanels panels in _fixed.Values)
        {
            panels.Buffer.Dispose();
        }

        _fixed.Clear();
    }

    /// <param name="Weights">Keeps the memory whose address is the key.</param>
    /// <param name="Buffer">The panels.</param>
    /// <param name="Inputs">Rows of the weights.</param>
    /// <param name="Outputs">Their columns.</param>
    private sealed record FixedPanels(TensorBuffer<float> Weights, NativeBuffer Buffer, int Inputs, int Outputs);
}
