using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What every trainer of this plug-in owes to ML.NET. Each trainer's tests call it.</summary>
internal static class EstimatorContract
{
    /// <param name="create">Makes the trainer, seeded.</param>
    /// <param name="load">Makes the training rows.</param>
    public static void Check(Func<MLContext, IEstimator<ITransformer>> create, Func<MLContext, IDataView> load)
    {
        var context = new MLContext(seed: 1);
        var data = load(context);
        var estimator = create(context);
        Assert.IsInstanceOfType<TrainerInfo>(((dynamic)estimator).Info);

        var model = estimator.Fit(data);
        PromisedSchemaIsReal(estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)), model, data);
        RefittingGivesTheSame(estimator, model, data);
        SavesAndLoads(model, data);
        CursorSetsCoverAllRows(model, data);
        OnlyRequestedColumnsAreComputed(model, data);
        IsThreadSafe(model, data);
    }

    /// <summary>Scores of all rows, one after another, whether each is a Single or a vector.</summary>
    public static float[] Scores(ITransformer model, IDataView data)
    {
        var scored = model.Transform(data);
        return scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").SelectMany(s => s)]
            : [.. scored.GetColumn<float>("Score")];
    }

    private static void PromisedSchemaIsReal(SchemaShape promised, ITransformer model, IDataView data)
    {
        var real = SchemaShapes.Of(model.Transform(data).Schema);
        Assert.AreEqual(Describe(SchemaShapes.Of(model.GetOutputSchema(data.Schema))), Describe(real));
        Assert.AreEqual(Describe(promised), Describe(real));
    }

    /// <summary>All columns and annotations, in one order.</summary>
    public static string Describe(SchemaShape shape) => string.Join("\n", shape.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c =>
        $"{c.Name} {c.Kind} {c.ItemType} key={c.IsKey} [{string.Join(", ", c.Annotations.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name} {a.Kind} {a.ItemType} key={a.IsKey}"))}]"));

    private static void RefittingGivesTheSame(IEstimator<ITransformer> estimator, ITransformer model, IDataView data) =>
        CollectionAssert.AreEqual(Scores(model, data), Scores(estimator.Fit(data), data));

    private static void SavesAndLoads(ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        new MLContext().Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out var schema);
        Assert.AreEqual(data.Schema.Count, schema.Count);
        CollectionAssert.AreEqual(Scores(model, data), Scores(loaded, data));
    }

    private static void CursorSetsCoverAllRows(ITransformer model, IDataView data)
    {
        var scored = model.Transform(data);
        var expected = new List<string>();
        using (var cursor = scored.GetRowCursor(scored.Schema))
        {
            expected.AddRange(Rows(cursor));
        }

        var actual = new List<string>();
        foreach (var cursor in scored.GetRowCursorSet(scored.Schema, 3))
        {
            using (cursor)
            {
                actual.AddRange(Rows(cursor));
            }
        }

        CollectionAssert.AreEquivalent(expected, actual);
    }

    private static IEnumerable<string> Rows(DataViewRowCursor cursor)
    {
        var id = cursor.GetIdGetter();
        var score = ScoreGetter(cursor);
        DataViewRowId rowId = default;
        for (long position = 0; cursor.MoveNext(); position++)
        {
            Assert.AreEqual(position, cursor.Position);
            id(ref rowId);
            yield return rowId + ": " + string.Join(" ", score().Select(v => v.ToString("R")));
        }

        Assert.IsFalse(cursor.MoveNext());
    }

    private static Func<float[]> ScoreGetter(DataViewRow row)
    {
        var column = row.Schema["Score"];
        if (column.Type is not VectorDataViewType)
        {
            var scalar = row.GetGetter<float>(column);
            float value = 0;
            return () =>
            {
                scalar(ref value);
                return [value];
            };
        }

        var vector = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            vector(ref values);
            return [.. values.DenseValues()];
        };
    }

    private static void OnlyRequestedColumnsAreComputed(ITransformer model, IDataView data)
    {
        var spy = new SpyView(data);
        var scored = model.Transform(spy);
        var label = scored.Schema.First(c => c.Name == "Label");
        using (var cursor = scored.GetRowCursor([label]))
        {
            Assert.IsTrue(cursor.IsColumnActive(label));
            Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Score"]));

            // Ours throws InvalidOperationException, ML.NET's own scorers ArgumentOutOfRangeException.
            var exception = Assert.Throws<Exception>(() => ScoreGetter(cursor));
            Assert.IsTrue(exception is InvalidOperationException or ArgumentOutOfRangeException, exception.ToString());
        }

        CollectionAssert.AreEqual(new[] { "Label" }, spy.Requested);

        using (scored.GetRowCursor([scored.Schema["Score"]]))
        {
        }

        CollectionAssert.AreEqual(new[] { "Features" }, spy.Requested);
    }

    private static void IsThreadSafe(ITransformer model, IDataView data)
    {
        float[] expected = Scores(model, data);
        var results = new float[6][];
        Parallel.For(0, results.Length, i => results[i] = Scores(model, data));
        foreach (float[] result in results)
        {
            CollectionAssert.AreEqual(expected, result);
        }
    }
}
