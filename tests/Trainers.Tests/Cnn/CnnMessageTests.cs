using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>A network that can't be made is told in the words of who asked for it: layers that the user has not written have no numbers.</summary>
[TestClass]
public sealed class CnnMessageTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void TheDefaultLayersSayHowLargeImagesMustBe()
    {
        string message = Refusal(new CnnTrainer(_context, new CnnTrainer.Options { InputShape = new ImageShape(1, 6, 16) }), 96);
        Assert.Contains("Cnn.Small, the default, needs images of at least 8 × 8 pixels", message);
        Assert.Contains("images [1, 6, 16]", message);
        Assert.Contains("[Cnn.Conv2D(32, 3, padding: 1), Cnn.ReLU(), Cnn.Flatten()]", message);
        Assert.DoesNotContain("layer 1", message, StringComparison.OrdinalIgnoreCase);
        Fit([GradientTrainers.Cnn.Conv2D(32, 3, padding: 1), GradientTrainers.Cnn.ReLU(), GradientTrainers.Cnn.Flatten()], new ImageShape(1, 6, 16));
        Fit(GradientTrainers.Cnn.Small, new ImageShape(1, 8, 8));
    }

    [TestMethod]
    public void OtherReadyListsDoSo()
    {
        Assert.Contains("Cnn.LeNet5 needs images of at least 12 × 12 pixels", Refusal(new CnnTrainer(_context, new CnnTrainer.Options { Layers = GradientTrainers.Cnn.LeNet5, InputShape = new ImageShape(1, 8, 20) }), 160));
        Fit(GradientTrainers.Cnn.LeNet5, new ImageShape(1, 12, 12));
        Fit(GradientTrainers.Cnn.ResNet8, new ImageShape(1, 1, 1));
    }

    [TestMethod]
    public void AnOutputLayerThatIsTooLargeIsToldOfAsTheTrainers()
    {
        const int Classes = 60_000;
        var options = new CnnTrainer.Options { InputShape = new ImageShape(1, 100, 200), Layers = [GradientTrainers.Cnn.Conv2D(2, 1)] };
        string message = Refusal(new CnnTrainer(_context, options), 20_000, Classes);
        Assert.Contains("with the output layer, which the trainer appends, from 40,000 values to 60,000 classes", message);
        Assert.Contains("GlobalAveragePool()", message);
        Assert.DoesNotContain("layer 3", message, StringComparison.OrdinalIgnoreCase);
        options.Layers = [.. options.Layers, GradientTrainers.Cnn.GlobalAveragePool()];
        Assert.AreEqual(Classes, options.Define(new TensorShape(20_000), Classes).OutputShape.Size);
    }

    /// <summary>Followed to the letter, the example is a shape of these very values.</summary>
    [TestMethod]
    [DataRow(96, "1, 8, 12")]
    [DataRow(784, "1, 28, 28")]
    [DataRow(3072, "3, 32, 32")]
    [DataRow(7, "1, 1, 7")]
    public void TheShapeGivenAsAnExampleFits(int size, string shape)
    {
        Assert.Contains($"new ImageShape({shape})", Refusal(new CnnTrainer(_context), size));
        int[] numbers = [.. shape.Split(", ").Select(int.Parse)];
        Fit([GradientTrainers.Cnn.Conv2D(2, 1)], new ImageShape(numbers[0], numbers[1], numbers[2]));
    }

    private void Fit(IReadOnlyList<Layer> layers, ImageShape shape) =>
        new CnnTrainer(_context, new CnnTrainer.Options { Layers = layers, InputShape = shape, NumberOfEpochs = 1 }).Fit(Flat((int)shape.Size));

    private string Refusal(CnnTrainer trainer, int size, int classes = 2) => Assert.Throws<ArgumentException>(() => trainer.Fit(Flat(size, classes))).Message;

    /// <summary>Vectors without dimensions.</summary>
    private IDataView Flat(int size, int classes = 2)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        schema["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row { Label = (uint)(i % 2) + 1, Features = [.. Enumerable.Range(0, size).Select(j => (float)((i + j) % 3))] }).ToList(), schema);
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
