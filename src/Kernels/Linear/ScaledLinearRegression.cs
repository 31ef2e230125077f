namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Linear regression by gradient descent on scaled features, with what the options leave open chosen from the training rows: the rate from their curvature, the number of epochs by
/// convergence. Weights that come in and go out are in the units of the features as they came. Thread-safe: a run has its own state.
/// </summary>
/// <remarks>
/// <para>Where rate and optimizer are left open, steps are plain, and full-batch steps on a smooth loss are accelerated, and end when the loss no longer falls. Other steps take rates that fall to 0 along half a cosine, in
/// cycles each twice as long as the last, until a cycle's end has converged (I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017). The descent starts from
/// the best constant.</para>
/// <para>Then features are whitened too where that is affordable, and nothing else looks at single weights, as penalties do: the descent is preconditioned by the inverse of their
/// covariance. Without it, a descent by single rows takes as many more steps as the covariance's condition number says.</para>
/// </remarks>
/// <param name="options">The settings of the descent. Penalties are of the scaled features' weights.</param>
/// <param name="scaling">How the features are scaled.</param>
/// <param name="whiten">Whether they are whitened as well; null chooses.</param>
public sealed class ScaledLinearRegression(LinearOptions options, LinearScaling scaling, bool? whiten)
{
    /// <summary>Epochs of small batches at a given rate.</summary>
    private const int Epochs = 100;

    private const int FewestEpochs = 100;
    private const int MostEpochs = 50_000;

    /// <summary>Values of rows, as they are stored, that a run may look at: about a second's worth.</summary>
    private const double Work = 2e9;

    /// <summary>What a row costs beside its values, in values.</summary>
    private const int RowCost = 8;

    /// <summary>Changes of the loss that end a run of full batches.</summary>
    private const double Tolerance = 1e-8;

    private const int MostWhiteFeatures = 1024;
    private const double MostWhiteProducts = 2e10;

    private const int FewestCycleEpochs = 2;
    private const int CycleOfUnknownWay = 10;
    private const int CycleOfSubgradients = 300;

    /// <summary>Steps for each weight, so that the noise of single rows averages out to some thousandths of the loss.</summary>
    private const double StepsOfWeight = 500;

    /// <summary>A cycle shortens the way to the minimum by e to this power.</summary>
    private const double Shortening = 8;

    private readonly LinearOptions _options = Validated(options);

    private bool ChoosesRate => _options.LearningRate is null && _options.Optimizer is null;

    /// <summary>Trains.</summary>
    /// <param name="data">The rows to learn from.</param>
    /// <param name="start">The weights to start from; null for zeros, with a chosen rate beside the best bias for them.</param>
    /// <param name="validation">Data to measure after each epoch, which then takes the place of <see cref="DescentOptions.ValidationFraction"/>; null for none.</param>
    /// <param name="onChosen">Called before the descent with what was chosen; null for nothing.</param>
    /// <param name="checkpoints">Where the run keeps its state, and finds that of one that was broken off; null for nowhere. Of several processes only the first one's is used.</param>
    /// <param name="communicator">The processes that train together, see <see cref="LinearRegression.Run"/>; null for this one alone.</param>
    /// <inheritdoc cref="LinearRegression.Run" path="/exception"/>
    public LinearResult Run(
        LinearData data, LinearModel? start = null, LinearData? validation = null, Action<LinearChoice>? onChosen = null, ICheckpointStore? checkpoints = null, Communicator? communicator = null) =>
        LinearRegression.Share(_options, communicator, checkpoints, (own, store, processes) => new ScaledLinearRegression(own, scaling, whiten).Run(data, start, validation, onChosen, store, processes));

    private LinearResult Run(LinearData data, LinearModel? start, LinearData? validation, Action<LinearChoice>? onChosen, ICheckpointStore? checkpoints, SharedRun? processes)
    {
        LinearTask task = LinearTask.Of(_options, data, start, validation);
        int threads = _options.NumberOfThreads ?? 0;
        if (scaling != LinearScaling.None)
        {
            data.ThrowIfNotFinite(Magnitudes.Training);
            validation?.ThrowIfNotFinite("validation");
        }

        ColumnScales scales = ColumnScales.Of(data, task.Rows, scaling, _options.FitIntercept, _options.CancellationToken);
        Whitening? whitening = Whitens(task) ? Whitening.Of(data, task.Rows, scales, threads, _options.CancellationToken, processes) : null;
        LinearTransform? transform = scaling == LinearScaling.None && whitening is null ? null : new LinearTransform(scales, whitening, threads, _options.CancellationToken);
        LinearModel constant = new(new double[data.Width], ChoosesRate && _options.FitIntercept ? Constant(task) : task.Start.Bias);
        if (start is null)
        {
            task = task with { Start = constant };
        }

        LinearModel from = task.Start;
        if (transform is not null)
        {
            LinearData changed = transform.Apply(data);
            task = task with
            {
                Data = changed,
                Validation = task.Validation is null ? null : ReferenceEquals(task.Validation, data) ? changed : transform.Apply(task.Validation),
                Start = transform.FromUnits(task.Start),
            };
        }

        LinearOptions chosen = Choose(task, constant, whitening is not null, processes, out CycleEnd? cycles);
        onChosen?.Invoke(new LinearChoice(chosen, start is null ? constant.Bias : null, whitening is not null, scales.Factors.Count(factor => factor == 0)));
        using LinearSession session = new(chosen, task.Data, task.Rows, task.Validation, task.ValidationRows, task.Start, isTrial: false, cycles, checkpoints, processes);
        LinearResult result = session.Run();
        return transform is null ? result : result with { Model = transform.ToUnits(result.Model), Path = [.. result.Path.Select((model, epoch) => epoch == 0 ? from : transform.ToUnits(model))] };
    }

    private static LinearOptions Validated(LinearOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { };
        options.Validate();
        return options;
    }

    private bool Whitens(LinearTask task)
    {
        bool can = task.Data.Features is not SparseRows;
        return can && (whiten ?? (ChoosesRate
            && scaling == LinearScaling.Standard
            && task.Data.Width <= MostWhiteFeatures
            && (double)task.Data.Width * task.Data.Width * ((double)task.Data.Count + task.Data.Width) <= MostWhiteProducts
            && _options is { L1Regularization: 0, L2Regularization: 0, ClipNorm: null, ClipValue: null } && _options.Optimizer is null or { WeightDecay: 0 }));
    }

    private LinearOptions Choose(LinearTask task, LinearModel constant, bool isWhite, SharedRun? processes, out CycleEnd? cycles)
    {
        cycles = null;
        LinearOptions chosen = _options with { Optimizer = _options.Optimizer ?? new Sgd(), BatchSize = _options.BatchSize ?? int.MaxValue };
        int rows = task.Rows.Length;
        bool full = chosen.BatchSize >= rows;
        double affordable = Work / (rows * (task.Data.ValuesOfRow + RowCost));
        int most = (int)Math.Clamp(affordable, FewestEpochs, MostEpochs);
        if (!ChoosesRate)
        {
            return chosen with
            {
                NumberOfEpochs = _options.NumberOfEpochs ?? (full ? most : Epochs),
                Tolerance = _options.Tolerance ?? (full && _options.NumberOfEpochs is null ? Tolerance : 0),
            };
        }

        using FullPass pass = new(LinearKernel.Create(task.Data, chosen.Loss), task.Rows, task.Data.Width, chosen.NumberOfThreads ?? 0, processes);
        double constantLoss = pass.Measure([.. constant.Weights, constant.Bias]).Reduced(chosen.Loss);
        double? steps = _options.NumberOfEpochs * Math.Ceiling((double)rows / Math.Min(chosen.BatchRows, rows));
        SureRate sure = SureRate.Of(task, chosen, isWhite, steps, processes);
        chosen = chosen with { LearningRate = sure.Rate };
        bool isPlain = _options.Schedule is ConstantRate && _options.AverageFromEpoch is null;
        if (full && isPlain && sure.LossCurvature > 0 && _options is { L1Regularization: 0, ClipNorm: null, ClipValue: null })
        {
            cycles = new CycleEnd(chosen, constantLoss);
            return chosen with { Accelerate = true, NumberOfEpochs = _options.NumberOfEpochs ?? most, Tolerance = _options.Tolerance ?? Tolerance };
        }

        int cycle = Cycle(task, chosen, sure, isWhite);
        if (_options.NumberOfEpochs is not null || !isPlain)
        {
            return chosen with
            {
                NumberOfEpochs = _options.NumberOfEpochs ?? Math.Max(cycle, _options.AverageFromEpoch ?? 1),
                Schedule = isPlain ? new CosineAnnealing() : _options.Schedule,
            };
        }

        cycle = (int)Math.Min(cycle, Math.Max(affordable, FewestCycleEpochs));
        long epochs = cycle;
        for (long next = 2L * cycle; epochs + next <= Math.Min(affordable, MostEpochs); next *= 2)
        {
            epochs += next;
        }

        cycles = new CycleEnd(chosen, constantLoss) { FirstCycle = cycle, IsWhite = isWhite && chosen.Loss is MeanSquaredError };
        return chosen with { NumberOfEpochs = (int)epochs, Schedule = new CosineAnnealing { CycleEpochs = cycle, CycleGrowth = 2 } };
    }

    /// <summary>Epochs of the first cycle.</summary>
    private int Cycle(LinearTask task, LinearOptions chosen, SureRate sure, bool isWhite)
    {
        int rows = task.Rows.Length;
        int batch = Math.Min(chosen.BatchRows, rows);
        if (batch == rows)
        {
            return CycleOfSubgradients;
        }

        double noise = StepsOfWeight * (task.Data.Width + 1) / rows;

        // Along half a cosine, rates are half the first one on average. Without whitening the smallest curvature is not known.
        double steps = (double)rows / batch;
        double way = isWhite && sure.LossCurvature > 0 ? Shortening / (steps * sure.RateOfMean * sure.LossCurvature / 2) : CycleOfUnknownWay;
        return (int)Math.Clamp(Math.Ceiling(Math.Max(noise, way)), FewestCycleEpochs, MostEpochs);
    }

    /// <summary>The best prediction for all rows alike.</summary>
    private double Constant(LinearTask task)
    {
        int[] rows = _options.Loss is MeanSquaredError ? task.Rows : Array.ConvertAll(RowSample.Draw(task.Rows.Length, BaselineComparison.MostRows), i => task.Rows[i]);
        double[] weights = Array.ConvertAll(rows, row => task.Data.Weights?[row] ?? 1);
        double[] targets = Array.ConvertAll(rows, row => task.Data.Targets[row]);
        if (_options.Loss is not MeanSquaredError)
        {
            return BestConstant.Output(_options.Loss, targets, weights) ?? 0;
        }

        double mean = 0;
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (weights[i] > 0)
            {
                sum += weights[i];
                mean += weights[i] / sum * (targets[i] - mean);
            }
        }

        return mean;
    }
}
