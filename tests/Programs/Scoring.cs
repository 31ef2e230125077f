using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.TestPrograms;

/// <summary>What a process does that knows of a model no more than its file.</summary>
internal static class Scoring
{
    /// <summary>Loads models with nothing registered and prints the scores of rows, one number a line, then the names of the assemblies that this process has loaded.</summary>
    /// <param name="modelsAndRows">Model files, each before the file of its rows in ML.NET's binary format.</param>
    public static void Run(params string[] modelsAndRows)
    {
        foreach (string[] pair in modelsAndRows.Chunk(2))
        {
            Score(pair[0], pair[1]);
        }

        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Console.WriteLine(assembly.GetName().Name);
        }
    }

    private static void Score(string model, string rows)
    {
        var context = new MLContext();
        var scored = context.Model.Load(model, out _).Transform(context.Data.LoadFromBinary(rows));
        IEnumerable<float> scores = scored.Schema["Score"].Type is VectorDataViewType
            ? scored.GetColumn<float[]>("Score").SelectMany(score => score)
            : scored.GetColumn<float>("Score");
        foreach (float score in scores)
        {
            Console.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
