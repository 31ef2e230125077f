using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// One fit of a network: from the columns to the network that they ask for, from rows to what it learns from, and from weights back to a model. Derived classes know what the
/// label column tells.
/// </summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
internal abstract class NetworkFit<TTransformer, TModel>
    where TModel : NetworkModelParameters
{
    private readonly FitContext _context;
    private readonly NetworkTrainerOptions _options;
    private readonly int _outputs;
    private readonly ImageAugmentation? _augmentation;
    private readonly StartingWeights? _initial;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    /// <param name="outputs">Outputs that the label asks for.</param>
    protected NetworkFit(FitContext context, NetworkTrainerOptions options, DataViewSchema schema, int outputs)
    {
        _context = context;
        _options = options.StartFrom is { } given ? options.Like(given.Members[0].Definition, outputs, given.HasHead) with { Members = options.Members ?? given.Members.Count } : context.Shared is null ? options : options with { Members = options.Members ?? 1 };
        _outputs = outputs;
        Features = (VectorDataViewType)schema[Roles.Features].Type;
        FeatureShape = new TensorShape(Features.Dimensions.AsSpan());
        Definition = Define(options.StartFrom is not null && options.AreLayersOpen);
        _initial = _options.StartFrom is { } network ? new StartingWeights(network, Definition, _options) : null;
        if (_initial?.Problem() is var (problem, option))
        {
            throw new ArgumentException($"{Roles.Trainer}: {problem}", option);
        }

        int frozen = (options.FreezeUpTo ?? 0) - (_initial?.Scale.Layers.Count ?? 0);
        Definition.CheckBatchSize(options.BatchSize ?? Definition.SmallestBatch, [.. Definition.Layers.Select((_, layer) => layer < frozen ? 0.0 : 1)]);
        _augmentation = options.Augments(Definition.InputShape, context.Channel);
        InputLayout = options.Layout(FeatureShape);
    }

    protected TrainingRoles Roles => _context.Roles;

    protected int Seed => _context.Seed;

    protected VectorDataViewType Features { get; }

    protected TensorShape FeatureShape { get; }

    /// <summary>The order of the numbers of images in the feature column.</summary>
    protected ImageLayout InputLayout { get; }

    /// <summary>The layers that the options ask for, without those in front that scale features. Where the options leave their sizes open, only input and output shape are certain.</summary>
    protected NetworkDefinition Definition { get; }

    /// <summary>Whether rows that each network was not trained on are wanted afterwards, in <see cref="HeldOut"/>.</summary>
    protected virtual bool HoldsRowsOut => false;

    /// <summary>After <see cref="Learn"/>: each member's weights and the rows that it was not trained on, as it takes them; null where there are none.</summary>
    protected (IReadOnlyList<NetworkWeights> Members, IReadOnlyList<TrainingData> Rows)? HeldOut { get; private set; }

    /// <summary>The model to start from, where its head is taken over, too; null where there is none.</summary>
    protected TModel? HeadTakenFrom => _initial is { TakesHead: true } ? _options.StartFrom!.Model as TModel : null;

    /// <summary>Checks what can be checked before reading, reads, and trains.</summary>
    public TTransformer Train(IDataView train, IDataView? validation, TModel? start)
    {
        if (validation is not null && ProblemWith(validation.Schema[Roles.Label]) is { } problem)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Roles.Trainer}: {problem}");
        }

        if (start is not null && (ProblemWith(start) is { } other ? (other, "modelParameters") : DifferenceOf(start)) is var (difference, option))
        {
            throw new ArgumentException($"{Roles.Trainer} can't go on with this model: {difference}", option);
        }

        CheckStart(goesOn: start is not null);
        var rows = Read(train, "training");
        return Train(rows, validation is null ? null : Read(validation, "validation"), start);
    }

    /// <summary>Runs a learning rate range test on a network with fresh weights.</summary>
    public LearningRateCurve FindLearningRate(IDataView train, LearningRateFinder finder)
    {
        CheckStart(goesOn: false);
        var rows = Prepare(Read(train, "training"));
        var options = _options.Candidates(new TrainingFacts(NetworkRun.Counting(rows), rows.IsSparse, HasValidation: false, GoesOn: _initial is { TakesHead: true }))[0];
        var scale = Measure(rows, options);
        rows = (_initial is null ? SparseScale.Of(rows, options.FeatureScaling) : null)?.Apply(rows, _context.Spill) ?? rows;
        var member = Member(options, scale);
        var curve = DeviceChoice.Make(_context, options, member, rows.Count).One().Run(
            gpus =>
            {
                using var backend = NetworkRun.Processor(_options, gpus);
                using var network = MemberTraining.Create(gpus is [var gpu] ? gpu : backend!, member, scale, _context.Own(options), rows, Initial(member, scale, options with { Members = 1 })?[0], _initial?.Rates());
                return finder.Run(network, _context.Own(options), rows);
            },
            begun: () => false);
        _context.Channel.Info(MessageSensitivity.None, $"Learning rate finder: {curve}.");
        return curve;
    }

    /// <summary>Makes the reader of labels.</summary>
    protected abstract LabelRows Labels(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Says how the label of validation rows differs from that of the training rows; null when it does not.</summary>
    protected abstract string? ProblemWith(DataViewSchema.Column validationLabel);

    /// <summary>Says how what a model predicts differs from what the label asks for; null when it does not.</summary>
    protected abstract string? ProblemWith(TModel start);

    /// <summary>The rows as a first training sees them.</summary>
    protected abstract TrainingData Prepare(TrainingData rows);

    /// <summary>Weights that predict labels as they are, made to predict them as training sees them.</summary>
    protected virtual NetworkWeights ForScaledLabels(NetworkWeights weights) => weights;

    /// <summary>Prepares the rows, lets the network learn, and makes the transformer.</summary>
    protected abstract TTransformer Train(TrainingData rows, TrainingData? validation, TModel? start);

    /// <summary>Rows whose images lie in the order that networks train on, each counting by its class.</summary>
    /// <param name="rows">Rows as they come.</param>
    /// <param name="ofClasses">The weight of each class; null for 1.</param>
    protected TrainingData Weighted(TrainingData rows, double[]? ofClasses)
    {
        rows = ofClasses is null ? rows : ClassWeights.Apply(ofClasses, rows, Roles.Trainer);
        return InputLayout == ImageLayout.ChannelsLast ? With(rows, new ChannelsLastRows(rows.Features, Definition.InputShape)) : rows;
    }

    /// <summary>
    /// The rows with images that training sees changed at random; rows set aside for validation stay as they are. The seed is another than the loop's, so that no image's
    /// changes come from the numbers that order the rows.
    /// </summary>
    protected TrainingData Augmented(TrainingData rows) =>
        _augmentation is null || _augmentation == ImageAugmentation.None ? rows : With(rows, new AugmentedRows(rows.Features, Definition.InputShape, _augmentation, ~(ulong)Seed));

    /// <summary>Trains the network in the engine, with messages and progress in ML.NET's channels.</summary>
    /// <param name="rows">What to learn.</param>
    /// <param name="validation">What to measure on after each epoch, or null.</param>
    /// <param name="start">Initial weights of the whole network; null draws them.</param>
    /// <param name="metric">What is reported beside the loss.</param>
    protected (NetworkWeights Weights, TrainingHistory History) Learn(TrainingData rows, TrainingData? validation, NetworkWeights? start, Metric metric)
    {
        var starts = start is null ? null : NetworkMembers.Split(start);
        var options = starts is null ? _options : _options.Like(starts[0].Definition, _outputs) with { Members = starts.Count };
        bool goesOn = starts is not null;
        var candidates = options.Candidates(new TrainingFacts(
            NetworkRun.Counting(rows), rows.IsSparse, validation is not null || options.ValidationFraction > 0, goesOn || _initial is { TakesHead: true }));
        if (start is null && rows.IsSparse && options.Bins > 0)
        {
            _context.Channel.Warning(MessageSensitivity.None, $"{nameof(MlpOptions.FeatureBins)} is not used: the rows are stored sparse, and bins would fill them.");
        }

        var scale = starts is null || options.RescalesStart ? Measure(rows, options) : InputScale.Of(starts[0], options.Define(FeatureShape, _outputs));
        if ((starts is not null || _initial is not null) && !options.RescalesStart && scale.OtherThan(options.FeatureScaling, Definition.InputShape, rows.IsSparse) is { } other)
        {
            throw new ArgumentException(
                $"{Roles.Trainer} can't {(goesOn ? "go on with this model" : $"start from {nameof(options.StartFrom)}")}: it was trained with {nameof(options.FeatureScaling)} = {other}; the trainer asks for {options.FeatureScaling}. Leave {nameof(options.FeatureScaling)} at {FeatureScaling.Auto}, which takes the model's, or give that.", nameof(options.FeatureScaling));
        }

        var member = Member(candidates[0], scale);
        starts = starts is not null && options.RescalesStart ? [scale.Unfold(starts[0], member)] : starts;
        starts ??= Initial(member, scale, candidates[0]);
        double[]? rates = goesOn ? LayerFreeze.Rates(options.FreezeUpTo, member.Layers.Count) : _initial?.Rates();
        if (_initial is not null)
        {
            _context.Channel.Info(MessageSensitivity.None, _initial.Tell(rates));
        }

        var sparse = _initial is null && scale.Layers.Count == 0 && candidates[0].Members == 1 && member.Layers[0] is Dense { UseBias: true } ? SparseScale.Of(rows, options.FeatureScaling) : null;
        if (sparse is not null)
        {
            (rows, validation, starts) = (sparse.Apply(rows, _context.Spill), validation is null ? null : sparse.Apply(validation, _context.Spill), starts is null ? null : [sparse.Unfold(starts[0])]);
        }

        var trained = new NetworkRun(_context, _options, HoldsRowsOut, goesOn).Train(candidates, member, scale, rows, validation, starts, rates, metric);
        new BaselineWarning(_context, trained.Options, trained.History, needsNormalization: options.FeatureScaling == FeatureScaling.None, isNetwork: true, goesOnFrom: goesOn ? "the model to go on with" : _initial is null ? null : nameof(_options.StartFrom)).Tell(trained.Results[0].Baseline);
        if (trained.Results[0].RowsLeftOut > 0 && !options.Shuffle)
        {
            _context.Channel.Warning(MessageSensitivity.None, $"The last training row is not learned from: batch normalization can't take it as a batch of its own. Set {nameof(_options.Shuffle)}, so that another row is left out each time, or another {nameof(_options.BatchSize)}.");
        }

        if (HoldsRowsOut && trained.HeldOut is { Count: > 0 } heldOut)
        {
            // As they were trained: folding changes the weights below.
            HeldOut = (sparse is null ? trained.Weights : [trained.Weights[0].Clone()], heldOut);
        }

        sparse?.Fold(trained.Weights[0]);
        return (NetworkMembers.Join(trained.Weights, scale.Layers.Count), trained.History);
    }

    /// <summary>The layers that the options ask for.</summary>
    /// <param name="areTaken">Whether they are those of the network to start from, which the user has not given as options.</param>
    private NetworkDefinition Define(bool areTaken)
    {
        try
        {
            return _options.Define(FeatureShape, _outputs);
        }
        catch (ArgumentException exception) when (areTaken && exception.ParamName is nameof(CnnOptions.Layers) or nameof(MlpOptions.HiddenLayers))
        {
            var cause = exception.InnerException as ArgumentException ?? exception;
            throw new ArgumentException(
                $"{Roles.Trainer} can't give '{Roles.Features}' {FeatureShape} to the layers of {nameof(_options.StartFrom)}, which is {_options.StartFrom}: {cause.PlainMessage()} Prepare the rows as for its training; a network of images starts a Cnn trainer, one of tables an Mlp trainer.",
                nameof(_options.StartFrom),
                cause);
        }
    }

    /// <summary>One member's network: the layers that scale features, and those that the options ask for.</summary>
    private NetworkDefinition Member(NetworkTrainerOptions options, InputScale scale)
    {
        var own = options.Define(FeatureShape, _outputs);
        try
        {
            return scale.Layers.Count == 0 ? own : new NetworkDefinition(own.InputShape, [.. scale.Layers, .. own.Layers]);
        }
        catch (ArgumentException exception)
        {
            // Without bins the layers fitted.
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{Roles.Trainer} can't encode {own.InputShape.Size:N0} features in {scale.Bins} bins each: {exception.Message} Lower {nameof(MlpOptions.FeatureBins)}."),
                nameof(MlpOptions.FeatureBins),
                exception);
        }
    }

    /// <summary>The scale that rows ask for, or that the network to start from has been trained with.</summary>
    private InputScale Measure(TrainingData rows, NetworkTrainerOptions options) =>
        _initial is null || options.RescalesStart ? InputScale.Of(rows, Definition.InputShape, options) : _initial.Scale;

    /// <summary>For each member fresh weights with those of the network to start from over them; null where there is none.</summary>
    private IReadOnlyList<NetworkWeights>? Initial(NetworkDefinition member, InputScale scale, NetworkTrainerOptions options) =>
        _initial is null ? null : [.. Enumerable.Range(0, options.Members ?? 1).Select(number => Initial(_initial, number, member, scale, options))];

    private NetworkWeights Initial(StartingWeights start, int number, NetworkDefinition member, InputScale scale, NetworkTrainerOptions options)
    {
        ulong seed = (ulong)(MemberTraining.SeedOf(_context, options, number) ?? 0);
        if (options.RescalesStart)
        {
            // Of features as they come, whose scale the rows have chosen.
            var raw = start.TakesAll ? start.OfFeatures(number) : NetworkWeights.Initialize(Definition, seed);
            return scale.Unfold(raw, member);
        }

        var weights = NetworkWeights.Initialize(member, seed);
        scale.Fill(weights);
        start.Fill(number, weights);
        return start.TakesHead ? ForScaledLabels(weights) : weights;
    }

    /// <summary>Checks what the options say of a network to start from against what the label asks for.</summary>
    /// <param name="goesOn">Whether a model to go on with is given.</param>
    private void CheckStart(bool goesOn)
    {
        if (goesOn && _initial is not null)
        {
            throw new ArgumentException($"{Roles.Trainer}: a model to go on with and {nameof(_options.StartFrom)} are both given. Give one of them.", "modelParameters");
        }

        if (_options.FreezeUpTo is { } upTo && !goesOn && _initial is null)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{Roles.Trainer}: {nameof(_options.FreezeUpTo)} is {upTo}, but there is no trained network whose layers could be frozen. Give {nameof(_options.StartFrom)}, or a model to go on with to Fit."), nameof(_options.FreezeUpTo));
        }

        bool sameOutputs = _options.StartFrom?.Model is { } model ? model is TModel same && ProblemWith(same) is null : _options.StartFrom?.Link is not { } link || link == _options.Loss.Link;
        if (_initial?.ProblemWithHead(sameOutputs) is var (problem, option))
        {
            throw new ArgumentException($"{Roles.Trainer}: {problem}", option);
        }
    }

    /// <summary>Why the trainer's options and a model to go on with disagree, and the option that is to blame; null where they agree.</summary>
    private (string Problem, string Option)? DifferenceOf(TModel start)
    {
        var weights = NetworkMembers.Split(start.OwnWeights)[0];
        var member = weights.Definition;
        if (_options.Members is { } members && members != NetworkMembers.Count(start.Definition))
        {
            return ($"it has {NetworkMembers.Count(start.Definition)} members; the trainer asks for {members}. Leave {nameof(_options.Members)} open, or give the model's.", nameof(_options.Members));
        }

        var wanted = _options.Like(member, _outputs).Define(FeatureShape, _outputs);
        var scale = InputScale.Of(weights, wanted);
        if (_options.Bins > 0 && _options.Bins != scale.Bins)
        {
            return ($"it encodes features in {scale.Bins} bins; the trainer asks for {_options.Bins}. Leave {nameof(MlpOptions.FeatureBins)} open, or give the model's.", nameof(MlpOptions.FeatureBins));
        }

        int shared = scale.Layers.Count;
        var own = shared == 0 ? member : new NetworkDefinition(member.InputShape, [.. member.Layers.Skip(shared)]);
        return NetworkDifference.Find(own, wanted) is { } layers ? (layers, "modelParameters")
            : LayerFreeze.Problem(_options.FreezeUpTo, member.Parameters.Where(slot => slot.Spec.Trainable).Max(slot => slot.Layer), member.Layers) is { } frozen ? (frozen, nameof(_options.FreezeUpTo))
            : null;
    }

    private static TrainingData With(TrainingData rows, IRowSource<float> features) => new(features, rows.Targets, rows.Weights.IsEmpty ? null : rows.Weights.ToArray());

    private TrainingData Read(IDataView data, string purpose) =>
        _context.Read(data, Labels, purpose, purpose == "training" && _options.FeatureScaling == FeatureScaling.None);
}
