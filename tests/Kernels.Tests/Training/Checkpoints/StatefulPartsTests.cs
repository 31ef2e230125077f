using System.Reflection;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>What changes while a run trains is in its checkpoints. Whoever adds a field that changes sees to it here, too.</summary>
[TestClass]
public class StatefulPartsTests
{
    /// <summary>The fields that change of each part. All are in the part's Exchange, but for those in brackets, and why.</summary>
    private static readonly Dictionary<Type, string[]> Parts = new()
    {
        [typeof(RandomSource)] = ["_s0", "_s1", "_s2", "_s3"],
        [typeof(ScheduleRun)] = ["_memory"],
        [typeof(DivergenceGuard)] = ["_startingLevel", "_started", "_streak", "_count", "_judgement", "_earlier", "_later"],
        [typeof(EpochRanking)] = ["_best", "_epochsWithout", "_bestEpoch"],
        [typeof(BestWeights<>)] = ["_hasWeights"],
        [typeof(WeightAverage<>)] = ["_count", "(_shown: hidden where a state is kept)"],
        [typeof(OptimizerSteps<>)] = ["_count", "_learningRate", "(ClipsLater: set by each step)"],
        [typeof(DeferredUpdates<>)] = ["_rows"],
        [typeof(DeferredRows<,>)] = ["_count"],
        [typeof(TrainingSession<>)] =
        [
            "_sums", "_updateScale", "_rate", "_updated", "_passes", "_epoch", "_begun", "_batchesDone", "_secondsBefore", "(_epochStarted: from _secondsBefore)",
            "(_read: all are judged where a state is kept)", "(_judged: the same)", "(_isInBatch: false where a state is kept)",
        ],
        [typeof(LinearSession)] = ["_epoch", "_begun", "_rowsDone", "_sums", "_reason", "_secondsBefore", "(_epochStarted: from _secondsBefore)", "(_valuesSinceAsked: when to ask the other processes, who all begin at 0)"],
        [typeof(LinearSteps)] = ["_count", "_learningRate", "_averaged"],
        [typeof(LinearEnd)] = ["_best", "_smallGradient", "_lastLoss", "_quietEpochs"],
        [typeof(Acceleration)] = ["_limit", "_t", "_hasGradient"],
        [typeof(ParabolaGuard)] = ["_last", "_best", "_growing"],
        [typeof(CycleEnd)] = ["_cycle", "_end", "_last"],
    };

    public static IEnumerable<object[]> Types => Parts.Keys.Select(type => new object[] { type });

    /// <summary>Optimizers, schedules, layers, losses and activations, whose instances are shared by runs.</summary>
    public static IEnumerable<object[]> Descriptions => Families.All.Select(one => new object[] { one.GetType() }).DistinctBy(row => row[0]);

    [TestMethod]
    [DynamicData(nameof(Types))]
    public void EveryFieldThatChangesIsKnown(Type part)
    {
        string[] fields = [.. Changing(part).Select(field => field.Name.Trim('<').Split('>')[0])];
        CollectionAssert.AreEquivalent(Parts[part].Select(name => name.Trim('(').Split(':')[0]).ToArray(), fields, $"{part.Name} has other fields that change: have its Exchange name them, and this list");
    }

    /// <summary>Parts that can be had alone: whatever their fields hold comes out of a checkpoint as it went in.</summary>
    public static IEnumerable<object[]> Alone =>
        new object[]
        {
            new ScheduleRun(new ReduceOnPlateau(), 1, 2, 3), new DivergenceGuard(1), new EpochRanking(null, new Accuracy()), new ParabolaGuard(1), new CycleEnd(new LinearOptions(), 1), new Acceleration([1, 2, 3]),
        }.Select(part => new[] { part });

    [TestMethod]
    [DynamicData(nameof(Alone))]
    public void EveryFieldComesOutAsItWentIn(object part)
    {
        string before = Contents(part);
        using MemoryStream first = new();
        ((ICheckpointed)part).Exchange(new CheckpointWriter(first));
        int number = 0;
        foreach (FieldInfo field in Changing(part.GetType()))
        {
            field.SetValue(part, Other(field.FieldType, ++number));
        }

        string changed = Contents(part);
        Assert.AreNotEqual(before, changed);
        using MemoryStream second = new();
        ((ICheckpointed)part).Exchange(new CheckpointWriter(second));
        ((ICheckpointed)part).Exchange(new CheckpointReader(new MemoryStream(first.ToArray())));
        Assert.AreEqual(before, Contents(part));
        ((ICheckpointed)part).Exchange(new CheckpointReader(new MemoryStream(second.ToArray())));
        Assert.AreEqual(changed, Contents(part));

        static string Contents(object part) => string.Join(", ", Changing(part.GetType()).Select(field => $"{field.Name} {field.GetValue(part)}"));

        static object Other(Type type, int number) => type switch
        {
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 10 + number,
            _ when type == typeof(long) => 20L + number,
            _ when type == typeof(double) => 0.5 + number,
            _ when type == typeof(ScheduleMemory) => new ScheduleMemory(3, 0.25, 4, 5, 6),
            _ => throw new NotSupportedException($"{type}: say here what else it may be."),
        };
    }

    [TestMethod]
    public void EveryPartIsListed()
    {
        Type[] parts = [.. typeof(ICheckpointed).Assembly.GetTypes().Where(type => !type.IsInterface && type.GetInterfaces().Contains(typeof(ICheckpointed)))];
        Assert.IsGreaterThan(10, parts.Length);
        CollectionAssert.IsSubsetOf(parts, Parts.Keys);
    }

    /// <summary>What has no field that changes has no state that a checkpoint could miss: an optimizer's state is in the run's tensors, a schedule's in its memory.</summary>
    [TestMethod]
    [DynamicData(nameof(Descriptions))]
    public void DescriptionsNeverChange(Type description) =>
        CollectionAssert.AreEqual(Array.Empty<string>(), Fields(description).Where(field => !field.IsInitOnly).Select(field => field.Name).ToArray());

    private static IEnumerable<FieldInfo> Changing(Type type) => Fields(type).Where(field => !field.IsInitOnly && !IsParameter(field));

    /// <summary>The parameters of a primary constructor, which these classes never assign to.</summary>
    private static bool IsParameter(FieldInfo field) => field.Name.EndsWith(">P", StringComparison.Ordinal);

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? own = type; own is not null && own != typeof(object); own = own.BaseType)
        {
            foreach (FieldInfo field in own.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
