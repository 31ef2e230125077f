using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void ElementLoss<TRule>(TRule rule, in LossPass<float> pass)
        where TRule : struct, ILossRule
    {
        Shapes.Loss(pass);
        LossViews views = new(this, pass);
        if (pass.Rows > 0)
        {
            RowLayout layout = new(pass.Rows, pass.Columns);
            Groups<TRule, RowLayout, LossViews>(ElementLossKernel)(Session.Stream, layout.Config, rule, layout, views);
        }
    }

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(double smoothing, in LossPass<float> pass)
    {
        Shapes.SoftmaxCrossEntropy(smoothing, pass);
        LossViews views = new(this, pass);
        if (pass.Rows > 0)
        {
            RowLayout layout = new(pass.Rows, pass.Columns);
            Groups<float, float, RowLayout, LossViews>(SoftmaxCrossEntropyKernel)(
                Session.Stream, layout.Config, (float)(1 - smoothing), (float)(smoothing / pass.Columns), layout, views);
        }
    }

    internal static void ElementLossKernel<TRule>(TRule rule, RowLayout layout, LossViews views)
        where TRule : struct, ILossRule
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float weight = row < layout.Rows ? views.Weights.At(row) : 0;
        float factor = views.Scale * weight;
        float sum = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            GpuLane prediction = new(views.Prediction[start + j]);
            GpuLane target = new(views.Target[start + j]);
            sum += rule.Value(prediction, target).Value;
            if (views.HasGradient != 0)
            {
                views.Gradient[start + j] = factor * rule.Derivative(prediction, target).Value;
            }
        }

        sum = layout.Sum(shared, sum);
        if (row < layout.Rows && layout.Lane == 0)
        {
            views.RowLosses[row] = weight * sum;
        }
    }

    /// <summary>Loss and gradient in one pass over a row; the exponentials are computed again for the gradient, which is faster than keeping them.</summary>
    internal static void SoftmaxCrossEntropyKernel(float keep, float share, RowLayout layout, LossViews views)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float largest = LargestOf(layout, shared, views.Prediction, start, end);
        float sum = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            sum += ShiftedExponential(views.Prediction[start + j], largest);
        }

        sum = layout.Sum(shared, sum);
        float logSum = GpuLane.Log(new GpuLane(sum)).Value;
        bool isNumber = !GpuLane.IsNaN(logSum);
        float loss = 0;
        float mass = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            float target = (keep * views.Target[start + j]) + share;
            mass += target;

            // A logit of −∞ has probability 0; where nothing is wanted there it costs nothing: 0 · log 0 = 0.
            if (target != 0 || !isNumber)
            {
                loss += target * (logSum - (views.Prediction[start + j] - largest));
            }
        }

        loss = layout.Sum(shared, loss);
        mass = layout.Sum(shared, mass);
        if (row >= layout.Rows)
        {
            return;
        }

        float weight = views.Weights.At(row);
        if (layout.Lane == 0)
        {
            views.RowLosses[row] = weight * loss;
        }

        if (views.HasGradient != 0)
        {
            float factor = views.Scale * weight;
            for (int j = layout.Lane; j < end; j += layout.Lanes)
            {
                float target = (keep * views.Target[start + j]) + share;
                views.Gradient[start + j] = factor * ((ShiftedExponential(views.Prediction[start + j], largest) / sum * mass) - target);
            }
        }
    }

    /// <summary><see cref="LossPass{T}"/> as a kernel takes it.</summary>
    internal readonly struct LossViews(GpuBackend owner, in LossPass<float> pass)
    {
        public readonly ArrayView<float> Prediction = owner.View(pass.Prediction);
        public readonly ArrayView<float> Target = owner.View(pass.Target);
        public readonly ArrayView<float> RowLosses = owner.View(pass.RowLosses);
        public readonly OptionalView Weights = new(owner.View(pass.Weights), owner.View(pass.RowLosses), otherwise: 1);
        public readonly ArrayView<float> Gradient = owner.View(pass.Gradient.IsNone ? pass.Prediction : pass.Gradient);
        public readonly float Scale = (float)pass.Scale;
        public readonly int HasGradient = pass.Gradient.IsNone ? 0 : 1;
    }
}
