namespace Microsoft.ML.Data;

/// <summary>Regression metrics in one pass. Rows whose label or score is NaN are left out.</summary>
internal static class RegressionEvaluator
{
    public static RegressionMetrics Evaluate(IDataView data, string labelName, string scoreName)
    {
        var label = EvaluatorInput.Column(data.Schema, "Label", labelName);
        var score = EvaluatorInput.Column(data.Schema, "Score", scoreName);
        if (score.Type != NumberDataViewType.Single)
            throw EvaluatorInput.Mismatch(score, "score", "Single");
        if (label.Type != NumberDataViewType.Single)
            throw EvaluatorInput.Mismatch(label, "label", "Single");

        double count = 0, l1 = 0, l2 = 0, loss = 0, labels = 0, squaredLabels = 0;
        using (var cursor = data.GetRowCursor([label, score]))
        {
            var labelGetter = cursor.GetGetter<float>(label);
            var scoreGetter = cursor.GetGetter<float>(score);
            float y = 0, p = 0;
            while (cursor.MoveNext())
            {
                labelGetter(ref y);
                scoreGetter(ref p);
                if (float.IsNaN(y) || float.IsNaN(p))
                    continue;
                var error = Math.Abs((double)y - p);
                count++;
                l1 += error;
                l2 += error * error;
                // Single precision here, as in ML.NET, so that the figures are the same to the last bit.
                loss += (float)((p - y) * (p - y));
                labels += y;
                squaredLabels += (float)(y * y);
            }
        }

        if (count == 0)
            return new RegressionMetrics(0, 0, 0, 0, 0);
        var variation = squaredLabels - labels * labels / count;
        return new RegressionMetrics(l1 / count, l2 / count, Math.Sqrt(l2 / count), loss / count,
            variation == 0 ? double.NaN : 1 - l2 / variation);
    }
}
