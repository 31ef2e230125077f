using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One minimisation: its point, the optimizer's state, and the loop.</summary>
internal sealed class MinimizerRun
{
    /// <summary>Growth in so many successive steps, to <see cref="GrowthFactor"/> times the scale of the start, is divergence.</summary>
    private const int GrowingSteps = 10;
    private const double GrowthFactor = 1000;

    private readonly Evaluation _evaluate;
    private readonly Optimizer _optimizer;
    private readonly MinimizerOptions _options;
    private readonly double[] _start;
    private readonly ReferenceBackend<double> _backend = new();
    private readonly Tensor<double> _point;
    private readonly Tensor<double> _gradient;
    private readonly Tensor<double>[] _states;
    private readonly ScheduleRun _schedule;
    private readonly RandomSource _noise;
    private readonly List<MinimizerStep> _history = [];
    private double _rate;

    public MinimizerRun(Evaluation evaluate, ReadOnlySpan<double> start, Optimizer optimizer, MinimizerOptions options)
    {
        optimizer.Validate();
        options.Validate();
        if (start.Length == 0)
        {
            throw new ArgumentException("The start has no variables. Give at least one.", nameof(start));
        }

        _evaluate = evaluate;
        _optimizer = optimizer;
        _options = options;
        _start = start.ToArray();
        int bad = Array.FindIndex(_start, x => !double.IsFinite(x));
        if (bad >= 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The start has {_start[bad]} as variable {bad}. Start from a finite number."), nameof(start));
        }

        _point = _backend.Allocate(start.Length);
        _gradient = _backend.Allocate(start.Length);
        _states = new Tensor<double>[3];
        for (int i = 0; i < optimizer.StateCount; i++)
        {
            _states[i] = _backend.Allocate(start.Length);
        }

        start.CopyTo(Point);
        _schedule = new ScheduleRun(options.Schedule, optimizer.LearningRate, options.MaxSteps, stepsPerEpoch: 1);
        _noise = new RandomSource(options.Seed);
        _rate = optimizer.LearningRate;
    }

    /// <summary>Gives f and writes its gradient.</summary>
    public delegate double Evaluation(ReadOnlySpan<double> x, Span<double> gradient);

    private Span<double> Point => ReferenceBackend<double>.Span(_point);

    private Span<double> Gradient => ReferenceBackend<double>.Span(_gradient);

    public MinimizerResult Run()
    {
        double value = Evaluate(0, double.NaN);
        double scale = 1 + Math.Abs(value);
        double startValue = value;
        int growing = 0;
        int step = 0;
        while (true)
        {
            double largest = LargestGradient();
            if (_options.RecordHistory)
            {
                _history.Add(new MinimizerStep(step, Point.ToArray(), value, largest));
            }

            bool noisy = _options.GradientNoise > 0 && step < _options.NoiseSteps;
            bool converged = !noisy && largest <= _options.Tolerance;
            if (converged || step == _options.MaxSteps)
            {
                return new MinimizerResult(Point.ToArray(), value, largest, step, converged, _history.AsReadOnly());
            }

            _options.CancellationToken.ThrowIfCancellationRequested();
            if (noisy)
            {
                AddNoise();
            }

            step++;
            Move(step);
            double last = value;
            value = Evaluate(step, last);
            _schedule.EndEpoch(new EpochRecord(step, value, double.NaN, double.NaN, double.NaN, 0, _rate));
            growing = value > last ? growing + 1 : 0;
            if (growing >= GrowingSteps && value - startValue > GrowthFactor * scale)
            {
                throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the value kept growing, to {value:G6}"), step, value);
            }
        }
    }

    private void Move(int step)
    {
        _rate = _schedule.Rate(step, epoch: step);
        _optimizer.Step(_backend, new UpdatePass<double>(_point, _gradient, _states[0], _states[1], _states[2], GradientTransform.None, _rate, step));
    }

    private double Evaluate(int step, double last)
    {
        Gradient.Clear();
        double value = _evaluate(Point, Gradient);
        if (double.IsFinite(value) && double.IsFinite(LargestGradient()))
        {
            return value;
        }

        string what = string.Create(CultureInfo.InvariantCulture, $"the value became {value} and its gradient's largest element {LargestGradient()}");
        return step > 0
            ? throw Diverged(what, step, last)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"At the start the function is {value} and its gradient's largest element {LargestGradient()}. Start where both are finite."), "start");
    }

    private void AddNoise()
    {
        foreach (ref double element in Gradient)
        {
            element += _options.GradientNoise * _noise.NextGaussian();
        }
    }

    /// <summary>NaN when an element is NaN.</summary>
    private double LargestGradient()
    {
        double largest = 0;
        foreach (double element in Gradient)
        {
            largest = Math.Max(largest, Math.Abs(element));
        }

        return largest;
    }

    private DivergenceException Diverged(string what, int step, double value)
    {
        double curvature = CurvatureAtStart();
        double usable = ReadableRate.Down(curvature > 0 && double.IsFinite(curvature) ? Math.Min(1 / curvature, _rate / 2) : _rate / 10);
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"The minimisation diverged: {what} in step {step}, at learning rate {_rate:G6}. The learning rate is the likely cause: at the start the function's curvature suggests {usable:G3}. If that does not help, the function may have no minimum in this direction: start elsewhere.");
        return new DivergenceException(message, step, _rate, value, usable);
    }

    /// <summary>By how much the gradient changes along itself, by central differences.</summary>
    private double CurvatureAtStart()
    {
        double[] gradient = new double[_start.Length];
        _evaluate(_start, gradient);
        double length = Math.Sqrt(gradient.Sum(g => g * g));
        if (length == 0)
        {
            return 0;
        }

        double h = 1e-4 * (1 + _start.Max(Math.Abs));
        double[] before = new double[_start.Length];
        double[] after = new double[_start.Length];
        _evaluate(Array.ConvertAll(Enumerable.Range(0, _start.Length).ToArray(), j => _start[j] - (h * gradient[j] / length)), before);
        _evaluate(Array.ConvertAll(Enumerable.Range(0, _start.Length).ToArray(), j => _start[j] + (h * gradient[j] / length)), after);
        return Math.Sqrt(before.Zip(after, (b, a) => (a - b) * (a - b)).Sum()) / (2 * h);
    }
}
