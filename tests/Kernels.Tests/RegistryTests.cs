using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The registries hold every member of their families.</summary>
[TestClass]
public sealed partial class RegistryTests
{
    /// <summary>A public class that is not registered could not be read from a file nor chosen by name.</summary>
    [TestMethod]
    [DataRow(typeof(Activation))]
    [DataRow(typeof(Initializer))]
    [DataRow(typeof(Layer))]
    [DataRow(typeof(LearningRateSchedule))]
    [DataRow(typeof(Loss))]
    [DataRow(typeof(Optimizer))]
    public void EveryConcreteClassIsRegistered(Type family)
    {
        Type[] registered = [.. Families.All.Select(d => d.GetType()).Where(family.IsAssignableFrom)];
        Type[] written = [.. family.Assembly.GetTypes().Where(t => t.IsSubclassOf(family) && !t.IsAbstract && t.IsVisible)];

        CollectionAssert.AreEquivalent(written, registered);
        CollectionAssert.AllItemsAreUnique(registered);
    }

    /// <summary>Names are lower case with hyphens and mean one thing within a family.</summary>
    [TestMethod]
    public void NamesAreKebabCase()
    {
        foreach (IDescription member in Families.All)
        {
            Assert.MatchesRegex(Kebab(), member.Name);
        }
    }

    /// <summary>Defaults are legal.</summary>
    [TestMethod]
    public void DefaultsAreValid()
    {
        foreach (IDescription member in Families.All)
        {
            member.Validate();
        }
    }

    /// <summary>Members are found by name, whatever the case.</summary>
    [TestMethod]
    public void CreateFindsByName()
    {
        Assert.AreEqual(new ReLU(), Activations.Create("relu"));
        Assert.AreEqual(new LeakyReLU(0.01), Activations.Create("Leaky-ReLU"));
        Assert.AreEqual(new MeanSquaredError(), Losses.Create("mean-squared-error"));
        Assert.AreEqual(new Adam(), Optimizers.Create("adam"));
        Assert.AreEqual(new HeNormal(), Initializers.Create("he-normal"));
        Assert.AreEqual(new OneCycle(), Schedules.Create("One-Cycle"));
        Assert.AreEqual(new Dropout(0.5), Layers.Create("dropout"));
    }

    /// <summary>Names in common use create a member with the settings that they stand for; files know it by its kind.</summary>
    [TestMethod]
    public void PresetsAreCreated()
    {
        Assert.AreEqual(new Sgd { Momentum = 0.9 }, Optimizers.Create("momentum"));
        Assert.AreEqual(new Sgd { Momentum = 0.9, Nesterov = true }, Optimizers.Create("Nesterov"));
        Assert.AreEqual(new SiLU(), Activations.Create("swish"));
        Assert.ThrowsExactly<FormatException>(() => DescriptionJson.Deserialize<Optimizer>("""{"kind":"momentum"}""", "optimizer"));
    }

    /// <summary>An unknown name is answered with the known ones.</summary>
    [TestMethod]
    public void UnknownNameListsTheKnownOnes()
    {
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => Activations.Create("rellu"));
        StringAssert.Contains(e.Message, "There is no activation 'rellu'. Known are: identity, relu, leaky-relu, elu, ");
        StringAssert.Contains(e.Message, ", tanh, asinh, swish.");
        e = Assert.ThrowsExactly<ArgumentException>(() => Optimizers.Create("momentun"));
        StringAssert.Contains(e.Message, $", {Optimizers.All[^1].Name}, momentum, nesterov.");
        FormatException f = Assert.ThrowsExactly<FormatException>(() => DescriptionJson.Deserialize<Optimizer>("""{"kind":"momentum"}""", "optimizer"));
        StringAssert.Contains(f.Message, $", {Optimizers.All[^1].Name}.");
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Kebab();
}
