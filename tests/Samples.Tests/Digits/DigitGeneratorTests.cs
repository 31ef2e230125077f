using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Samples.Digits;

namespace MLNet.GradientTrainers.Samples.Tests.Digits;

[TestClass]
public sealed class DigitGeneratorTests
{
    [TestMethod]
    public void SameSeedGivesTheStoredFilesByteForByte()
    {
        string folder = Directory.CreateTempSubdirectory("digits-").FullName;
        try
        {
            DigitGenerator.Write(folder);
            string[] written = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order()];
            string data = Path.Combine(Repository.Root, "data");
            CollectionAssert.AreEqual(Directory.GetFiles(data, "digits-*").Select(path => Path.GetFileName(path)).Order().ToArray(), written);
            Assert.HasCount(4, written);
            foreach (string name in written)
            {
                Assert.IsTrue(
                    File.ReadAllBytes(Path.Combine(data, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, name))),
                    $"{name} differs from the stored file");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void OtherSeedGivesOtherDigits()
    {
        string folder = Directory.CreateTempSubdirectory("digits-").FullName;
        try
        {
            DigitGenerator.Write(folder, DigitGenerator.DefaultSeed + 1);
            Assert.IsFalse(File.ReadAllBytes(DigitFiles.In(folder).TestImages).SequenceEqual(File.ReadAllBytes(DigitFiles.Default.TestImages)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void FilesBesideTheProgramHaveEachDigitAsOften()
    {
        var context = new MLContext(1);
        DigitFiles files = DigitFiles.Default;
        IDataView train = context.Data.LoadFromIdx(files.TrainImages, files.TrainLabels);
        IDataView test = context.Data.LoadFromIdx(files.TestImages, files.TestLabels);

        int[] shape = [.. ((VectorDataViewType)train.Schema["Features"].Type).Dimensions];
        CollectionAssert.AreEqual(new[] { 1, 28, 28 }, shape);
        AssertBalanced(train, DigitGenerator.TrainingCount);
        AssertBalanced(test, DigitGenerator.TestCount);
    }

    [TestMethod]
    public void EveryImageHasInkAndBackground()
    {
        ReadOnlySpan<byte> images = IdxFile.Read(DigitFiles.Default.TrainImages).Values.Span;
        for (int i = 0; i < DigitGenerator.TrainingCount; i++)
        {
            ReadOnlySpan<byte> image = images.Slice(i * 784, 784);
            int dark = 0;
            int bright = 0;
            foreach (byte pixel in image)
            {
                dark += pixel == 0 ? 1 : 0;
                bright += pixel > 100 ? 1 : 0;
            }

            Assert.IsGreaterThan(392, dark, $"image {i} is mostly background");
            Assert.IsGreaterThan(10, bright, $"image {i} shows a stroke");
        }
    }

    private static void AssertBalanced(IDataView view, int count)
    {
        int[] counts = [.. view.GetColumn<uint>("Label").GroupBy(label => label).OrderBy(group => group.Key).Select(group => group.Count())];
        CollectionAssert.AreEqual(Enumerable.Repeat(count / 10, 10).ToArray(), counts);
    }
}
