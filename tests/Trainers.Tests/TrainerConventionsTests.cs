using System.Reflection;
using System.Xml.Linq;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What all trainers have in common: the estimator contract, the places where they are found, and their documentation.</summary>
[TestClass]
public sealed class TrainerConventionsTests
{
    public static IEnumerable<object[]> Trainers => TrainerCase.Types.Select(type => new object[] { type });

    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void KeepsTheEstimatorContract(TrainerCase trainer) => EstimatorContract.Check(context => trainer.Create(context), context => trainer.Load(context));

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void IsASealedClassWithOptions(Type trainer)
    {
        Assert.IsTrue(trainer.IsSealed);
        var options = trainer.GetNestedType("Options")!;
        Assert.IsTrue(options.IsSubclassOf(typeof(DescentOptions)));
        CheckOverloads([.. trainer.GetConstructors().Select(constructor => constructor.GetParameters())], typeof(Microsoft.ML.Runtime.IHostEnvironment), options);
    }

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void IsInItsCatalogWithTwoOverloads(Type trainer)
    {
        var options = trainer.GetNestedType("Options")!;
        Assert.AreEqual("Microsoft.ML", typeof(GradientTrainersCatalogExtensions).Namespace);
        var extensions = Extensions(trainer);
        Assert.HasCount(1, extensions.Select(method => (method.Name, method.GetParameters()[0].ParameterType)).Distinct());
        CheckOverloads([.. extensions.Select(method => method.GetParameters())], extensions[0].GetParameters()[0].ParameterType, options);

        // The same arguments with the same defaults as the constructor's.
        string Arguments(IEnumerable<ParameterInfo[]> overloads) =>
            string.Join(", ", overloads.MaxBy(parameters => parameters.Length)!.Skip(1).Select(p => $"{p.ParameterType} {p.Name} = {p.DefaultValue}"));
        Assert.AreEqual(
            Arguments(trainer.GetConstructors().Select(constructor => constructor.GetParameters())), Arguments(extensions.Select(method => method.GetParameters())));
    }

    /// <summary>Without a seed of its own, each trainer draws one from a context of the same seed.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void AllWaysToCreateItAreTheSame(TrainerCase trainer)
    {
        var constructor = trainer.Trainer.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var parameters = constructor.GetParameters().Skip(1).ToArray();
        object?[] arguments = [.. parameters.Select(p => Changed.TryGetValue(p.Name!, out object? value) ? value : p.DefaultValue)];
        Assert.IsGreaterThanOrEqualTo(2, parameters.Count(p => Changed.ContainsKey(p.Name!)));
        var options = trainer.Options();
        foreach (var (parameter, argument) in parameters.Zip(arguments))
        {
            options.GetType().GetProperty(OptionOf(parameter))!.SetValue(options, argument);
        }

        object Extension(object first)
        {
            var context = new MLContext(seed: 3);
            var methods = Extensions(trainer.Trainer);
            var kind = methods[0].GetParameters()[0].ParameterType;
            object catalog = kind == typeof(RegressionCatalog.RegressionTrainers) ? context.Regression.Trainers
                : kind == typeof(BinaryClassificationCatalog.BinaryClassificationTrainers) ? context.BinaryClassification.Trainers
                : context.MulticlassClassification.Trainers;
            return ReferenceEquals(first, options)
                ? methods.MinBy(m => m.GetParameters().Length)!.Invoke(null, [catalog, options])!
                : methods.MaxBy(m => m.GetParameters().Length)!.Invoke(null, [catalog, .. arguments])!;
        }

        var data = trainer.Load(new MLContext(seed: 1));
        float[] Fit(object estimator) => EstimatorContract.Scores(((IEstimator<ITransformer>)estimator).Fit(data), data);
        float[] expected = Fit(constructor.Invoke([new MLContext(seed: 3), .. arguments]));
        CollectionAssert.AreEqual(expected, Fit(Activator.CreateInstance(trainer.Trainer, new MLContext(seed: 3), options)!));
        CollectionAssert.AreEqual(expected, Fit(Extension(arguments)));
        CollectionAssert.AreEqual(expected, Fit(Extension(options)));
        CollectionAssert.AreNotEqual(expected, Fit(constructor.Invoke([new MLContext(seed: 3), .. parameters.Select(p => p.DefaultValue)])));
    }

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void DefaultsOfArgumentsAreThoseOfTheOptions(Type trainer)
    {
        object options = Activator.CreateInstance(trainer.GetNestedType("Options")!)!;
        foreach (var parameter in trainer.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters().Skip(1).Where(p => p.DefaultValue is not null))
        {
            string name = OptionOf(parameter);
            object? value = name == "LearningRate" ? ((DescentOptions)options).Optimizer?.LearningRate : options.GetType().GetProperty(name)!.GetValue(options);
            Assert.AreEqual(parameter.DefaultValue, value, name);
        }
    }

    /// <summary>A trainer that chooses everything by the rows has none.</summary>
    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void NamedDefaultsAreThoseOfTheOptions(Type trainer)
    {
        var options = trainer.GetNestedType("Options")!;
        object made = Activator.CreateInstance(options)!;
        var defaults = trainer.GetNestedType("Defaults")?.GetMembers(BindingFlags.Public | BindingFlags.Static).Where(member => member is FieldInfo or PropertyInfo) ?? [];
        foreach (var member in defaults.Where(member => options.GetProperty(member.Name) is not null))
        {
            object? named = member is FieldInfo field ? field.GetValue(null) : ((PropertyInfo)member).GetValue(null);
            object? value = options.GetProperty(member.Name)!.GetValue(made);
            Assert.IsTrue(value is null || (value is IEnumerable<Layer> layers ? layers.SequenceEqual((IEnumerable<Layer>)named!) : value.Equals(named)), $"{member.Name} of {trainer.Name}: {named}, {value}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void TellsItsColumnsCharacteristicsAlgorithmAndOverloads(Type trainer)
    {
        var file = XDocument.Load(Path.ChangeExtension(trainer.Assembly.Location, ".xml"));
        var documentation = file.Descendants("member").Single(member => (string?)member.Attribute("name") == $"T:{trainer.FullName}");
        string text = documentation.ToString();
        Assert.Contains("Columns.", text);
        Assert.Contains("Algorithm.", text);
        Assert.IsGreaterThanOrEqualTo(4, documentation.Descendants("item").Count());
        string[] links = [.. documentation.Elements("seealso").Select(link => (string)link.Attribute("cref")!)];
        Assert.HasCount(2, links.Where(link => link.StartsWith("M:Microsoft.ML.GradientTrainersCatalogExtensions.", StringComparison.Ordinal)));
        Assert.Contains($"T:{trainer.FullName}.Options", links);
    }

    /// <summary>Values of arguments that are no default.</summary>
    private static readonly Dictionary<string, object> Changed = new()
    {
        ["hiddenLayers"] = (int[])[5],
        ["layers"] = (IReadOnlyList<Layer>)[new Convolution2D(3, 3), new Flatten()],
        ["learningRate"] = 0.02,
        ["numberOfEpochs"] = 2,
        ["batchSize"] = 16,
        ["startFrom"] = (PretrainedNetwork)new NetworkWeights(new NetworkDefinition(new TensorShape(2, 8, 10), [new Convolution2D(3, 3), new Flatten(), new Dense(7)]))!,
        ["freezeUpTo"] = 1,
        ["degree"] = 3,
        ["interactionOnly"] = true,
        ["ridge"] = 0.01,
    };

    private static string OptionOf(ParameterInfo parameter) => char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..];

    private static MethodInfo[] Extensions(Type trainer) => [.. typeof(GradientTrainersCatalogExtensions).GetMethods().Where(method => method.ReturnType == trainer)];

    /// <summary>One overload with the usual columns first and a default for each argument, and one with the options.</summary>
    private static void CheckOverloads(ParameterInfo[][] overloads, Type owner, Type options)
    {
        Assert.HasCount(2, overloads);
        Assert.IsTrue(overloads.All(parameters => parameters[0].ParameterType == owner));
        overloads = Array.ConvertAll(overloads, parameters => parameters[1..]);

        Assert.HasCount(1, overloads.Where(parameters => parameters.Length == 1 && parameters[0].ParameterType == options));
        var named = overloads.Single(parameters => parameters.Length > 1);
        CollectionAssert.AreEqual(new[] { "labelColumnName", "featureColumnName", "exampleWeightColumnName" }, named.Take(3).Select(p => p.Name).ToArray());
        CollectionAssert.AreEqual(new object?[] { "Label", "Features", null }, named.Take(3).Select(p => p.DefaultValue).ToArray());
        Assert.IsTrue(named.All(p => p.HasDefaultValue));
        Assert.IsTrue(named.Length - 3 is >= 2 and <= 6);
    }
}
