using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A network as a table for people. A line a layer:
/// <list type="bullet">
/// <item>number, kind and window size or activation;</item>
/// <item>the shape of one output sample, [channels, height, width] for images;</item>
/// <item>its weights, running statistics included;</item>
/// <item>multiply-adds of the forward pass of one sample (training takes about three times as many);</item>
/// <item>bytes of its weights in single precision.</item>
/// </list>
/// A block with a skip connection has a line for the whole of it and, set in below, one for each of its layers; those of its projection are called skip. An ensemble has one for the mean of its members and, set in below, one for each layer of a member, which counts for that member alone. Below are the totals, and the bytes of the results that training keeps for each row of a batch.
/// </summary>
public static class NetworkSummary
{
    private static readonly string[] Headings = ["Layer", "Output shape", "Parameters", "Multiply-adds", "Bytes"];

    /// <summary>Makes the table: lines of text, each ended by a line feed, columns aligned with spaces.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="inputLayout">The order of the numbers of input images, told where it is not the usual one.</param>
    public static string Of(NetworkDefinition definition, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
    {
        ArgumentNullException.ThrowIfNull(definition);
        List<string[]> rows = [Headings, [inputLayout == ImageLayout.ChannelsLast ? "input, channels last" : "input", definition.InputShape.ToString(), "", "", ""]];
        Add(rows, definition.Layers, definition.InputShape, "", "");
        long multiplyAdds = definition.MultiplyAdds;
        long kept = definition.InputShape.Size + LayerChain.Kept(definition.Layers, definition.Shapes);
        StringBuilder table = new();
        int[] widths = [.. Headings.Select((_, column) => rows.Max(row => row[column].Length))];
        string rule = new string('─', widths.Sum() + (2 * (widths.Length - 1))) + "\n";
        foreach (string[] row in rows)
        {
            table.Append(string.Join("  ", row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()).Append('\n');
            if (row == Headings)
            {
                table.Append(rule);
            }
        }

        long trained = definition.Parameters.Where(slot => slot.Spec.Trainable).Sum(slot => (long)slot.Length);
        string statistics = trained == definition.ParameterCount ? "" : $", {Text(definition.ParameterCount - trained)} of them not trained";
        return table.Append(rule)
            .Append(CultureInfo.InvariantCulture, $"Parameters:     {Text(definition.ParameterCount)} ({Bytes(definition.ParameterCount)}){statistics}\n")
            .Append(CultureInfo.InvariantCulture, $"Multiply-adds:  {Text(multiplyAdds)} a row\n")
            .Append(CultureInfo.InvariantCulture, $"Training keeps: {Bytes(kept)} a row of a batch\n")
            .ToString();
    }

    /// <summary>A line a layer, numbered behind a prefix; below a block's or an ensemble's own line those of its layers, set in.</summary>
    private static void Add(List<string[]> rows, IReadOnlyList<Layer> layers, TensorShape input, string indent, string prefix)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = layers[i];
            TensorShape output = layer.OutputShape(input);
            string number = prefix + Text(i + 1);
            long parameters = layer.Parameters(input).Sum(spec => spec.Size);
            rows.Add([$"{indent}{number} {Describe(layer)}", output.ToString(), Text(parameters), Text(layer.MultiplyAdds(input)), Bytes(parameters)]);
            if (layer is Residual block)
            {
                Add(rows, block.Layers, input, indent + "  ", $"{number}.");
                Add(rows, block.Projection, input, indent + "  ", $"{number}.skip.");
            }
            else if (layer is Ensemble ensemble)
            {
                Add(rows, ensemble.Layers, input, indent + "  ", $"{number}.");
            }

            input = output;
        }
    }

    private static string Describe(Layer layer) => layer switch
    {
        Convolution2D { Activation: Identity } c => $"{layer.Name} {c.Kernel}",
        Convolution2D c => $"{layer.Name} {c.Kernel}, {c.Activation.Name}",
        MaxPooling2D p => $"{layer.Name} {p.Kernel}",
        AveragePooling2D p => $"{layer.Name} {p.Kernel}",
        Dense { Activation: not Identity } d => $"{layer.Name}, {d.Activation.Name}",
        Residual { Activation: not Identity } r => $"{layer.Name}, {r.Activation.Name}",
        Ensemble e => string.Create(CultureInfo.InvariantCulture, $"{layer.Name} of {e.Members} ×"),
        ActivationLayer a => a.Activation.Name,
        _ => layer.Name,
    };

    /// <summary>The bytes of so many numbers.</summary>
    private static string Bytes(long numbers)
    {
        double bytes = (double)numbers * sizeof(float);
        return bytes switch
        {
            < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MiB"),
        };
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
