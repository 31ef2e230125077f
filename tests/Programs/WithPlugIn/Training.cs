using Microsoft.ML;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.TestPrograms;

/// <summary>Each trainer's model goes straight from Fit into ML.NET's own Save, which compiles only where all assemblies of the plug-in are referenced.</summary>
internal static class Training
{
    /// <summary>Fits one model of each kind and saves it.</summary>
    /// <param name="rows">The rows, in ML.NET's binary format: Features, Label, and Class, a key.</param>
    /// <param name="folder">The folder for the files, each named as its trainer's method.</param>
    public static void Run(string rows, string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromBinary(rows);
        string File(string name) => Path.Combine(folder, name + ".zip");
        var numbers = mlContext.Regression.Trainers;
        mlContext.Model.Save(numbers.GradientDescent(numberOfEpochs: 20).Fit(data), data.Schema, File("GradientDescent"));
        mlContext.Model.Save(numbers.Sgd(numberOfEpochs: 3).Fit(data), data.Schema, File("Sgd"));
        mlContext.Model.Save(numbers.MiniBatchSgd(numberOfEpochs: 3).Fit(data), data.Schema, File("MiniBatchSgd"));
        mlContext.Model.Save(numbers.Polynomial(degree: 2).Fit(data), data.Schema, File("Polynomial"));
        mlContext.Model.Save(numbers.Mlp(hiddenLayers: [4], numberOfEpochs: 3).Fit(data), data.Schema, File("MlpRegression"));
        var classes = mlContext.MulticlassClassification.Trainers;
        mlContext.Model.Save(classes.Mlp("Class", hiddenLayers: [4], numberOfEpochs: 3).Fit(data), data.Schema, File("Mlp"));
        mlContext.Model.Save(classes.Cnn(new() { LabelColumnName = "Class", InputShape = new(1, 2, 2), Layers = [Conv2D(2, 2), ReLU()], NumberOfEpochs = 3 }).Fit(data), data.Schema, File("Cnn"));
    }
}
