namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void ElementLoss<TRule>(TRule rule, in LossPass<T> pass)
        where TRule : struct, ILossRule
    {
        Shapes.Loss(pass);
        Span<T> predictions = Span(pass.Prediction);
        Span<T> targets = Span(pass.Target);
        Span<T> weights = Span(pass.Weights);
        Span<T> losses = Span(pass.RowLosses);
        Span<T> gradients = Span(pass.Gradient);
        for (int i = 0; i < pass.Rows; i++)
        {
            T weight = pass.Weights.IsNone ? T.One : weights[i];
            T factor = T.CreateTruncating(pass.Scale) * weight;
            T sum = T.Zero;
            for (int j = i * pass.Columns; j < (i + 1) * pass.Columns; j++)
            {
                ReferenceLane<T> prediction = new(predictions[j]);
                ReferenceLane<T> target = new(targets[j]);
                sum += rule.Value(prediction, target).Value;
                if (!pass.Gradient.IsNone)
                {
                    gradients[j] = factor * rule.Derivative(prediction, target).Value;
                }
            }

            losses[i] = weight * sum;
        }
    }

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(double smoothing, in LossPass<T> pass)
    {
        Shapes.SoftmaxCrossEntropy(smoothing, pass);
        Span<T> logits = Span(pass.Prediction);
        Span<T> targets = Span(pass.Target);
        Span<T> weights = Span(pass.Weights);
        Span<T> losses = Span(pass.RowLosses);
        Span<T> gradients = Span(pass.Gradient);
        int columns = pass.Columns;
        T keep = T.CreateTruncating(1 - smoothing);
        T share = T.CreateTruncating(smoothing / columns);
        T[] exponentials = new T[columns];
        for (int i = 0; i < pass.Rows; i++)
        {
            Span<T> row = logits.Slice(i * columns, columns);
            T max = Largest(row);
            T sum = ShiftedExponentials(row, exponentials);
            T logSum = T.Log(sum);
            T weight = pass.Weights.IsNone ? T.One : weights[i];
            T loss = T.Zero;
            T mass = T.Zero;
            for (int j = 0; j < columns; j++)
            {
                T target = (keep * targets[(i * columns) + j]) + share;
                mass += target;

                // A logit of −∞ has probability 0; where nothing is wanted there it costs nothing: 0 · log 0 = 0.
                loss += target == T.Zero && !T.IsNaN(logSum) ? T.Zero : target * (logSum - (row[j] - max));
            }

            losses[i] = weight * loss;
            if (!pass.Gradient.IsNone)
            {
                T factor = T.CreateTruncating(pass.Scale) * weight;
                for (int j = 0; j < columns; j++)
                {
                    T target = (keep * targets[(i * columns) + j]) + share;
                    gradients[(i * columns) + j] = factor * ((exponentials[j] / sum * mass) - target);
                }
            }
        }
    }
}
