using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>Turns flat options into values as src/Sweeps has them, and those into the options of a trainer.</summary>
internal static class SweptValues
{
    public static TOptions Over<TOptions>(SweepTrainer<TOptions> trainer, params IEnumerable<(string Name, object Value)> values)
        where TOptions : DescentOptions, ITrainerInput =>
        trainer.Options(new ParameterValues(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))));

    public static (string Name, object Value) Schedule(string name) => (nameof(DescentOptions.Schedule), ChoiceOption.Of(Schedules.Create(name)));

    public static (string Name, object Value) Activation(string name) => (nameof(MlpOptions.Activation), ChoiceOption.Of(Activations.Create(name)));
}
