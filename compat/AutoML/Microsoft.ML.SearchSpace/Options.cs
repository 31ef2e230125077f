namespace Microsoft.ML.SearchSpace.Option;

/// <summary>What a tuner sees of an option: numbers in [0, 1].</summary>
public abstract class OptionBase
{
    public virtual double[] Default { get; protected set; }

    public abstract int FeatureSpaceDim { get; }

    public abstract int?[] Step { get; }

    public abstract double[] MappingToFeatureSpace(Parameter value);

    public abstract Parameter SampleFromFeatureSpace(double[] values);
}

public abstract class UniformNumericOption : OptionBase
{
    public UniformNumericOption(double min, double max, bool logBase = false)
    {
        (Min, Max, LogBase) = (min, max, logBase);
        Default = [0];
    }

    public double Min { get; }

    public double Max { get; }

    public bool LogBase { get; }

    public override int FeatureSpaceDim => 1;

    public override int?[] Step => [null];

    public override double[] MappingToFeatureSpace(Parameter value) => [Place(value.AsType<double>())];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromDouble(At(values[0]));

    private protected double Place(double value) => LogBase ? (Math.Log(value) - Math.Log(Min)) / (Math.Log(Max) - Math.Log(Min)) : (value - Min) / (Max - Min);

    private protected double At(double place) => LogBase ? Min * Math.Pow(Max / Min, place) : Min + ((Max - Min) * place);
}

public sealed class UniformDoubleOption : UniformNumericOption
{
    public UniformDoubleOption(double min, double max, bool logBase = false, double? defaultValue = null)
        : base(min, max, logBase) => Default = defaultValue is { } value ? [Place(value)] : Default;
}

public sealed class UniformSingleOption : UniformNumericOption
{
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null)
        : base(min, max, logBase) => Default = defaultValue is { } value ? [Place(value)] : Default;

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromFloat((float)At(values[0]));
}

/// <summary>Whole numbers by rounding down, so that the largest one comes at exactly 1.</summary>
public sealed class UniformIntOption : UniformNumericOption
{
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null)
        : base(min, max, logBase) => Default = defaultValue is { } value ? [Place(value)] : Default;

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromInt((int)Math.Floor(At(values[0])));
}

/// <summary>One of several values; a single one has no dimension, but a step.</summary>
public sealed class ChoiceOption : OptionBase
{
    public ChoiceOption(params object[] choices)
    {
        Choices = Array.ConvertAll(choices, Parameter.Of);
        Default = new double[FeatureSpaceDim];
    }

    public ChoiceOption(object[] choices, object defaultChoice)
        : this(choices) => Default = defaultChoice is null ? Default : MappingToFeatureSpace(Parameter.Of(defaultChoice));

    public Parameter[] Choices { get; }

    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    public override int?[] Step => [Choices.Length];

    public override double[] MappingToFeatureSpace(Parameter value) => FeatureSpaceDim == 0 ? [] : [Array.IndexOf(Choices, value) / (double)Choices.Length];

    public override Parameter SampleFromFeatureSpace(double[] values) =>
        values.Length == 0 ? Choices[0] : Choices[Math.Min((int)Math.Floor((float)(values[0] * Choices.Length)), Choices.Length - 1)];
}

/// <summary>Options in an option.</summary>
public sealed class SearchSpace : OptionsByName;
