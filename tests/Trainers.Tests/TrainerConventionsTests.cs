using System.Reflection;
using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What all trainers have in common: the estimator contract, the places where they are found, and their documentation.</summary>
[TestClass]
public sealed class TrainerConventionsTests
{
    private static readonly Dictionary<Type, Action> Contracts = new()
    {
        [typeof(GradientDescentTrainer)] = () => EstimatorContract.Check(context => new GradientDescentTrainer(context, numberOfEpochs: 5), context => Plane.Load(context)),
        [typeof(SgdTrainer)] = () => EstimatorContract.Check(context => new SgdTrainer(context, numberOfEpochs: 5), context => Plane.Load(context)),
        [typeof(MiniBatchSgdTrainer)] = () => EstimatorContract.Check(context => new MiniBatchSgdTrainer(context, numberOfEpochs: 5), context => Plane.Load(context)),
        [typeof(PolynomialTrainer)] = () => EstimatorContract.Check(context => new PolynomialTrainer(context, degree: 3), context => Surface.Load(context)),
        [typeof(MlpTrainer)] = () => EstimatorContract.Check(context => new MlpTrainer(context, hiddenLayers: [8], numberOfEpochs: 2), context => Blobs.Load(context)),
        [typeof(MlpRegressionTrainer)] = () => EstimatorContract.Check(context => new MlpRegressionTrainer(context, hiddenLayers: [8], numberOfEpochs: 2), context => Surface.Load(context)),
        [typeof(CnnTrainer)] = () => EstimatorContract.Check(
            context => new CnnTrainer(context, layers: [GradientTrainers.Cnn.Conv2D(3, 3), GradientTrainers.Cnn.ReLU()], numberOfEpochs: 2), context => Tests.Cnn.Strokes.Load(context, 30)),
    };

    public static IEnumerable<object[]> Trainers => typeof(LinearTrainer).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainerEstimator<,>)))
        .Select(type => new object[] { type });

    [TestMethod]
    public void AllTrainersAreKnown() => CollectionAssert.AreEquivalent(Contracts.Keys, Trainers.Select(row => row[0]).ToList());

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void KeepsTheEstimatorContract(Type trainer) => Contracts[trainer]();

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void IsASealedClassWithOptionsAndDefaults(Type trainer)
    {
        Assert.IsTrue(trainer.IsSealed);
        var options = trainer.GetNestedType("Options")!;
        Assert.IsTrue(options.IsSubclassOf(typeof(GradientTrainerOptions)));
        Assert.IsNotEmpty(trainer.GetNestedType("Defaults")!.GetMembers(BindingFlags.Public | BindingFlags.Static));
        CheckOverloads([.. trainer.GetConstructors().Select(constructor => constructor.GetParameters())], typeof(Microsoft.ML.Runtime.IHostEnvironment), options);
    }

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void IsInBothCatalogsWithTwoOverloads(Type trainer)
    {
        var options = trainer.GetNestedType("Options")!;
        Assert.AreEqual("Microsoft.ML", typeof(GradientTrainersCatalogExtensions).Namespace);
        MethodInfo[] extensions = [.. typeof(GradientTrainersCatalogExtensions).GetMethods().Where(method => method.ReturnType == trainer)];
        Assert.HasCount(1, extensions.Select(method => (method.Name, method.GetParameters()[0].ParameterType)).Distinct());
        CheckOverloads([.. extensions.Select(method => method.GetParameters())], extensions[0].GetParameters()[0].ParameterType, options);
        MethodInfo[] own = [.. typeof(GradientTrainersCatalog).GetMethods().Where(method => method.ReturnType == trainer)];
        CheckOverloads([.. own.Select(method => method.GetParameters())], null, options);

        // The same arguments with the same defaults everywhere.
        string Arguments(IEnumerable<ParameterInfo[]> overloads, int skip) =>
            string.Join(", ", overloads.MaxBy(parameters => parameters.Length)!.Skip(skip).Select(p => $"{p.ParameterType} {p.Name} = {p.DefaultValue}"));
        string expected = Arguments(trainer.GetConstructors().Select(constructor => constructor.GetParameters()), 1);
        Assert.AreEqual(expected, Arguments(extensions.Select(method => method.GetParameters()), 1));
        Assert.AreEqual(expected, Arguments(own.Select(method => method.GetParameters()), 0));
    }

    [TestMethod]
    [DynamicData(nameof(Trainers))]
    public void DefaultsOfArgumentsAreThoseOfTheOptions(Type trainer)
    {
        object options = Activator.CreateInstance(trainer.GetNestedType("Options")!)!;
        foreach (var parameter in trainer.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters().Skip(1).Where(p => p.DefaultValue is not null))
        {
            string name = char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..];
            object? value = name == "LearningRate" ? ((GradientTrainerOptions)options).Optimizer.LearningRate : options.GetType().GetProperty(name)!.GetValue(options);
            Assert.AreEqual(parameter.DefaultValue, value, name);
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

    /// <summary>One overload with the usual columns first and a default for each argument, and one with the options.</summary>
    private static void CheckOverloads(ParameterInfo[][] overloads, Type? owner, Type options)
    {
        Assert.HasCount(2, overloads);
        if (owner is not null)
        {
            Assert.IsTrue(overloads.All(parameters => parameters[0].ParameterType == owner));
            overloads = Array.ConvertAll(overloads, parameters => parameters[1..]);
        }

        Assert.HasCount(1, overloads.Where(parameters => parameters.Length == 1 && parameters[0].ParameterType == options));
        var named = overloads.Single(parameters => parameters.Length > 1);
        CollectionAssert.AreEqual(new[] { "labelColumnName", "featureColumnName", "exampleWeightColumnName" }, named.Take(3).Select(p => p.Name).ToArray());
        CollectionAssert.AreEqual(new object?[] { "Label", "Features", null }, named.Take(3).Select(p => p.DefaultValue).ToArray());
        Assert.IsTrue(named.All(p => p.HasDefaultValue));
        Assert.IsTrue(named.Length - 3 is >= 2 and <= 5);
    }
}
