using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>A score column that holds all scores of a row.</summary>
internal static class ScoreVector
{
    public static ValueGetter<VBuffer<float>> Getter(CurrentScores scores) => (ref VBuffer<float> value) =>
    {
        var current = scores();
        var editor = VBufferEditor.Create(ref value, current.Length);
        current.CopyTo(editor.Values);
        value = editor.Commit();
    };
}
