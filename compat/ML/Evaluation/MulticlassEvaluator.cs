namespace Microsoft.ML.Data;

/// <summary>
/// Multiclass metrics in one pass. Left out are rows whose label is missing, negative or fractional, and rows with a
/// non-finite score. A label beyond the scores counts as wrong, with the greatest log-loss.
/// </summary>
internal sealed class MulticlassEvaluator
{
    private const float SmallestProbability = 1e-15f;

    private readonly int _topK;
    private readonly float[] _scores;
    private readonly double[][] _confusion;
    private readonly double[] _classCounts;
    private readonly double[] _classLogLoss;
    private readonly double[] _rankCounts; // by the rank of the true class; the last entry is for labels beyond the scores
    private double _count;
    private double _logLoss;

    private MulticlassEvaluator(int classes, int topK)
    {
        _topK = topK;
        _scores = new float[classes];
        _confusion = Enumerable.Range(0, classes).Select(_ => new double[classes]).ToArray();
        _classCounts = new double[classes];
        _classLogLoss = new double[classes];
        _rankCounts = new double[classes + 1];
    }

    public static MulticlassClassificationMetrics Evaluate(IDataView data, string labelName, string scoreName, string predictedLabelName, int topK)
    {
        var label = EvaluatorInput.Column(data.Schema, "Label", labelName);
        var score = EvaluatorInput.Column(data.Schema, "Score", scoreName);
        // Never read: the prediction is the highest score. ML.NET asks that it be there all the same.
        EvaluatorInput.Column(data.Schema, "PredictedLabel", predictedLabelName);
        if (score.Type is not VectorDataViewType { Size: >= 2 } vector || vector.ItemType != NumberDataViewType.Single)
            throw EvaluatorInput.Mismatch(score, "score", "vector of two or more items of type Single");
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType)
            throw EvaluatorInput.Mismatch(label, "label", "Single or Key");

        var evaluator = new MulticlassEvaluator(vector.Size, topK);
        using (var cursor = data.GetRowCursor([label, score]))
        {
            var labelGetter = EvaluatorInput.LabelGetter(cursor, label);
            var scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
            float y = 0;
            VBuffer<float> scores = default;
            while (cursor.MoveNext())
            {
                labelGetter(ref y);
                if (!(y >= 0) || y != (int)y)
                    continue;
                scoreGetter(ref scores);
                scores.CopyTo(evaluator._scores);
                if (Array.TrueForAll(evaluator._scores, float.IsFinite))
                    evaluator.Add((int)y);
            }
        }
        return evaluator.Result(ClassNames(score, vector.Size));
    }

    private void Add(int label)
    {
        var known = label < _scores.Length;
        var trueScore = known ? _scores[label] : 0;
        var logLoss = -Math.Log(Math.Min(1, Math.Max(SmallestProbability, trueScore)));

        int rank = 0, assigned = 0;
        for (var i = 0; i < _scores.Length; i++)
        {
            if (_scores[i] > trueScore || (_scores[i] == trueScore && i < label))
                rank++; // of equal scores the first one ranks first
            if (_scores[i] > _scores[assigned])
                assigned = i;
        }

        _count++;
        _logLoss += logLoss;
        _rankCounts[rank]++;
        if (!known)
            return;
        _classCounts[label]++;
        _classLogLoss[label] += logLoss;
        _confusion[label][assigned]++;
    }

    private MulticlassClassificationMetrics Result(string[] names)
    {
        var seen = Enumerable.Range(0, _classCounts.Length).Where(i => _classCounts[i] > 0).ToArray();
        var logLoss = _count > 0 ? _logLoss / _count : 0;
        var priorLogLoss = seen.Sum(i => _classCounts[i] * Math.Log(_classCounts[i] / _count)) / -_count;
        return new MulticlassClassificationMetrics(
            microAccuracy: _count > 0 ? _rankCounts[0] / _count : 0,
            macroAccuracy: seen.Length > 0 ? seen.Average(i => _confusion[i][i] / _classCounts[i]) : 0,
            logLoss,
            (priorLogLoss - logLoss) / priorLogLoss,
            _topK > 0 ? TopKAccuracies() : null,
            _classLogLoss.Select((sum, i) => _classCounts[i] > 0 ? sum / _classCounts[i] : 0).ToArray(),
            new ConfusionMatrix(_confusion, names));
    }

    private double[] TopKAccuracies()
    {
        var result = new double[_topK];
        double sum = 0;
        for (var k = 0; k < result.Length; k++)
            result[k] = sum += _rankCounts[k] / _count;
        return result;
    }

    private static string[] ClassNames(DataViewSchema.Column score, int classes)
    {
        if (score.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames)?.Type is not VectorDataViewType { IsKnownSize: true, ItemType: TextDataViewType })
            return Enumerable.Range(0, classes).Select(i => i.ToString()).ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }
}
