using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What trainers do with their options.</summary>
internal static class TrainerInput
{
    /// <summary>The trainer that options belong to.</summary>
    public static string TrainerName(this DescentOptions options) => options.GetType().DeclaringType!.Name;

    /// <summary>A trainer's own copy, so that changing the options later does no harm to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static TOptions Validated<TOptions>(this TOptions options)
        where TOptions : DescentOptions, ITrainerInput
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options = options with { };
        options.CopyLists();
        return options;
    }

    /// <summary>Checks what the interface tells.</summary>
    /// <param name="input">The options.</param>
    /// <param name="validationFraction">Their <see cref="DescentOptions.ValidationFraction"/>.</param>
    /// <param name="require">Throws where its first argument is false.</param>
    public static void Validate(ITrainerInput input, double validationFraction, Action<bool, string, object?, string> require)
    {
        require(!string.IsNullOrEmpty(input.LabelColumnName), nameof(input.LabelColumnName), input.LabelColumnName, "the name of a column");
        require(!string.IsNullOrEmpty(input.FeatureColumnName), nameof(input.FeatureColumnName), input.FeatureColumnName, "the name of a column");
        require(input.ExampleWeightColumnName is not "", nameof(input.ExampleWeightColumnName), input.ExampleWeightColumnName, "the name of a column, or null for none");
        require(input.CheckpointPath is not "", nameof(input.CheckpointPath), input.CheckpointPath, "the path of a file, or null for none");
        require(input.CheckpointEveryEpochs is null or >= 1, nameof(input.CheckpointEveryEpochs), input.CheckpointEveryEpochs, "at least 1, or null");
        require(input.CheckpointEverySeconds is null or (>= 0 and < double.PositiveInfinity), nameof(input.CheckpointEverySeconds), input.CheckpointEverySeconds, "a finite number of at least 0, or null");
        require(Enum.IsDefined(input.Rows), nameof(input.Rows), input.Rows, $"one of {string.Join(", ", Enum.GetNames<RowStorage>())}");
        require(input.MemoryLimit is null or >= RowSpill.SmallestLimit, nameof(input.MemoryLimit), input.MemoryLimit, $"at least {RowSpill.SmallestLimit} ({RowSpill.SmallestLimit >> 20} MiB; it counts bytes: 512L << 20 are 512 MiB), or null to choose");
        require(input.SpillFolder is not "", nameof(input.SpillFolder), input.SpillFolder, "the path of a folder, or null for the system's own");
        require(validationFraction == 0 || input.ValidationSet is null, nameof(DescentOptions.ValidationFraction), validationFraction, "0 when ValidationSet is given: choose one of the two");
    }
}
