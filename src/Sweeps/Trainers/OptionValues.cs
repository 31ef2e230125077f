using System.Reflection;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Turns values into options: a parameter sets the property of its name, and what hangs on an option that of the option's own value. Layers are made from sizes.</summary>
internal static class OptionValues
{
    public const string Depth = "Depth";
    public const string Width = "Width";
    public const string Blocks = "Blocks";
    public const string Filters = "Filters";

    /// <summary>Whether an object has a property of a type that can be set.</summary>
    public static bool Has(object target, string name, Type type) => Property(target, name)?.PropertyType == type;

    /// <exception cref="ArgumentException">No option is set by a parameter of this name.</exception>
    public static void Check(DescentOptions options, string name)
    {
        if (!Sizes(options).Contains(name) && Property(options, name) is null)
        {
            throw new ArgumentException(
                $"{options.GetType().DeclaringType?.Name} has no option '{name}'. A parameter has one of these names, the nearest first: {NearestNames.List(name, [.. Sizes(options), .. Settable(options)])}. For other ones, give the sweep a function that makes the pipeline.");
        }
    }

    /// <summary>Sets what values tell.</summary>
    /// <exception cref="ArgumentException">There is no such option, or it takes no such value.</exception>
    public static void Set(DescentOptions options, ParameterValues values)
    {
        if (values.Count == 0)
        {
            return;
        }

        string[] choices = [.. values.Where(pair => pair.Value is ChoiceOption).Select(pair => $"{pair.Key}.{pair.Value}.")];
        foreach (var (name, value) in values.Where(pair => !choices.Any(choice => pair.Key.StartsWith(choice, StringComparison.Ordinal))))
        {
            Check(options, name);
            if (!Sizes(options).Contains(name))
            {
                Set(options, name, value is ChoiceOption option ? Settings(option, $"{name}.{option.Label}.", values) : value);
            }
        }

        SetLayers(options, values);
        if (options is LinearTrainerOptions { FeatureScaling: FeatureScaling.Auto } linear && values.Keys.Any(name => name is nameof(linear.Optimizer) or nameof(linear.LearningRate)))
        {
            // A rate that is given is for features as they come, which may allow no rate of any space.
            linear.FeatureScaling = FeatureScaling.Standard;
        }

        if (options is NetworkTrainerOptions { Members: null, StartFrom: null } network && !values.ContainsKey(nameof(network.Members)))
        {
            // Several would take several times as long, and tell their epochs only at the end.
            network.Members = 1;
        }
    }

    private static string[] Sizes(DescentOptions options) => options switch
    {
        MlpOptions => [Depth, Width],
        CnnOptions => [Blocks, Filters, nameof(MlpOptions.Activation), nameof(MlpOptions.Dropout)],
        _ => [],
    };

    private static void SetLayers(DescentOptions options, ParameterValues values)
    {
        if (options is MlpOptions mlp && (values.ContainsKey(Depth) || values.ContainsKey(Width)))
        {
            const int UsualDepth = 2;
            const int UsualWidth = 64;
            int[] layers = new int[values.Get(Depth, UsualDepth)];
            Array.Fill(layers, values.Get(Width, UsualWidth));
            mlp.HiddenLayers = layers;
        }
        else if (options is CnnOptions cnn && Sizes(options).Any(values.ContainsKey))
        {
            cnn.Layers = Convolutions(
                values.Get(Blocks, 3), values.Get(Filters, 32), values.Get<Activation>(nameof(MlpOptions.Activation), new ReLU()), values.Get(nameof(MlpOptions.Dropout), 0.3));
        }
    }

    private static List<Layer> Convolutions(int blocks, int filters, Activation activation, double dropout)
    {
        var layers = new List<Layer>();
        for (int i = 0; i < blocks; i++)
        {
            layers.AddRange([Cnn.Conv2D(filters << i, 3, padding: 1, useBias: false), Cnn.BatchNorm(), Cnn.Activation(activation), Cnn.MaxPool(2)]);
        }

        layers.Add(Cnn.Flatten());
        if (dropout > 0)
        {
            layers.Add(Cnn.Dropout(dropout));
        }

        return layers;
    }

    /// <summary>An option's value, a copy with what hangs on the option where there is such.</summary>
    private static object? Settings(ChoiceOption option, string prefix, ParameterValues values)
    {
        var own = values.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (own.Length == 0 || option.Value is null)
        {
            return option.Value;
        }

        object copy = option.Value.GetType().GetMethod("<Clone>$")?.Invoke(option.Value, null)
            ?? throw new ArgumentException($"The option '{option.Label}' has parameters, but its value, a {option.Value.GetType().Name}, is no record that can be changed.");
        foreach (var (name, value) in own)
        {
            Set(copy, name[prefix.Length..], value is ChoiceOption inner ? Settings(inner, $"{name}.{inner.Label}.", values) : value);
        }

        // Nesterov's form of no momentum is plain descent, too.
        return copy is Sgd { Nesterov: true, Momentum: 0 } plain ? plain with { Nesterov = false } : copy;
    }

    private static void Set(object target, string name, object? value)
    {
        var property = Property(target, name) ?? throw new ArgumentException($"{target.GetType().Name} has no setting '{name}'. It has, the nearest first: {NearestNames.List(name, Settable(target))}.");
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        try
        {
            property.SetValue(target, value is IConvertible and not string && type.IsPrimitive ? Convert.ChangeType(value, type, null) : value);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or OverflowException)
        {
            throw new ArgumentException(FormattableString.Invariant($"'{name}' is a {type.Name} and can't be {value}, a {value?.GetType().Name}."), exception);
        }
    }

    /// <summary>Names of the properties that a value can set: no callbacks, tokens or rows.</summary>
    private static IEnumerable<string> Settable(object target) => target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } && property.PropertyType is var type && !typeof(Delegate).IsAssignableFrom(type) && !typeof(IDataView).IsAssignableFrom(type) && type != typeof(CancellationToken))
        .Select(property => property.Name);

    private static PropertyInfo? Property(object target, string name) =>
        target.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance) is { SetMethod.IsPublic: true } property ? property : null;
}
