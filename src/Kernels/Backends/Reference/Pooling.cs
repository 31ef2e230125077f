namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void MaxPool(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows)
    {
        Shapes.MaxPool(shape, x, y, rows);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        output.Fill(T.NegativeInfinity);
        foreach (WindowElement element in WindowElements(shape, rows))
        {
            output[element.Output] = T.Max(output[element.Output], input[element.Input]);
        }
    }

    /// <inheritdoc/>
    public void MaxPoolBackward(in PoolingShape shape, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows)
    {
        Shapes.MaxPoolBackward(shape, x, y, outputGradient, inputGradient, rows);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        Span<T> dy = Span(outputGradient);
        Span<T> dx = Span(inputGradient);
        dx.Clear();
        bool[] found = new bool[output.Length];
        foreach (WindowElement element in WindowElements(shape, rows))
        {
            if (!found[element.Output] && input[element.Input] == output[element.Output])
            {
                found[element.Output] = true;
                dx[element.Input] += dy[element.Output];
            }
        }
    }

    /// <inheritdoc/>
    public void AveragePool(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows)
    {
        Shapes.AveragePool(shape, x, y, rows);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        output.Clear();
        foreach (WindowElement element in WindowElements(shape, rows))
        {
            output[element.Output] += input[element.Input];
            if (element.Last)
            {
                output[element.Output] /= T.CreateTruncating(element.Count);
            }
        }
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(in PoolingShape shape, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows)
    {
        Shapes.AveragePoolBackward(shape, outputGradient, inputGradient, rows);
        Span<T> dy = Span(outputGradient);
        Span<T> dx = Span(inputGradient);
        dx.Clear();
        foreach (WindowElement element in WindowElements(shape, rows))
        {
            dx[element.Input] += dy[element.Output] / T.CreateTruncating(element.Count);
        }
    }

    /// <summary>Every element of every window that lies in the input: ascending sample, output row, output column, channel, then row and column of the window.</summary>
    private static IEnumerable<WindowElement> WindowElements(PoolingShape shape, int rows)
    {
        for (int n = 0; n < rows; n++)
        {
            for (int y = 0; y < shape.OutputHeight; y++)
            {
                for (int x = 0; x < shape.OutputWidth; x++)
                {
                    PoolingWindow window = shape.Window(y, x);
                    for (int c = 0; c < shape.Channels; c++)
                    {
                        int output = (((((n * shape.OutputHeight) + y) * shape.OutputWidth) + x) * shape.Channels) + c;
                        for (int inputY = window.Top; inputY < window.Bottom; inputY++)
                        {
                            for (int inputX = window.Left; inputX < window.Right; inputX++)
                            {
                                int input = (((((n * shape.Height) + inputY) * shape.Width) + inputX) * shape.Channels) + c;
                                yield return new WindowElement(input, output, window.Count, inputY == window.Bottom - 1 && inputX == window.Right - 1);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>An element of a window: its place, the window's, what an average divides by, and whether it is the window's last.</summary>
    private readonly record struct WindowElement(int Input, int Output, int Count, bool Last);
}
