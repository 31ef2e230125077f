using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>Which step between a source and a trainer keeps the trainer from reading rows where they lie, in words of the calls that make such steps.</summary>
internal static class StepsOfView
{
    /// <summary>The calls behind ML.NET's views, whose types are internal: by their names.</summary>
    private static readonly Dictionary<string, string> Calls = new()
    {
        ["GenerateNumberTransform"] = "TrainTestSplit (or CrossValidate, or GenerateNumber)",
        ["SkipTakeFilter"] = "TakeRows or SkipRows",
        ["RowShufflingTransformer"] = "ShuffleRows",
        ["BootstrapSamplingTransformer"] = "BootstrapSample",
        ["CacheDataView"] = "Cache or AppendCacheCheckpoint",
        ["RangeFilter"] = "FilterRowsByColumn, FilterRowsByKeyColumnFraction, or TrainTestSplit with a samplingKeyColumnName",
        ["NAFilter"] = "FilterRowsByMissingValues",
    };

    /// <summary>Why blocks that the source has don't come to light, as the end of a sentence; null where it has none, or nothing hides them.</summary>
    public static string? Hiding(IDataView data)
    {
        IDataView[] views = [.. DataSteps.From(data)];
        var source = views[^1];
        if (source.GetType().Name == "CacheDataView")
        {
            return $"{Call(source)} stands between the source and the trainer, and passes no order on";
        }

        if (views.Length == 1 || !HasBlocks(source))
        {
            return null;
        }

        var first = views.Reverse().FirstOrDefault(view => !HasBlocks(view));
        return first is null ? null : $"{Call(first)} stands between the source and the trainer, and passes no order on. A split by a samplingKeyColumnName, a file for each part (SaveAsBinary and LoadFromBinaryFile), or the trainer's own ValidationFraction needs no copy";
    }

    /// <summary>The calls that leave out rows, for a message; empty where none tells.</summary>
    public static string LeavingOut(IDataView data)
    {
        string[] calls = [.. DataSteps.From(data).Zip(DataSteps.From(data).Skip(1)).Where(step => step.First.GetRowCount() is null && step.Second.GetRowCount() is not null).Select(step => Call(step.First))];
        return calls.Length == 0 ? "" : $" ({string.Join("; ", calls)})";
    }

    /// <summary>Rows of the source, of which steps may leave some out; 0 where it does not tell.</summary>
    public static long SourceRows(IDataView data) => DataSteps.From(data).Last().GetRowCount() ?? 0;

    private static string Call(IDataView view) => Calls.GetValueOrDefault(view.GetType().Name) ?? $"the step {view.GetType().Name}";

    private static bool HasBlocks(IDataView view)
    {
        if (!view.CanShuffle)
        {
            return false;
        }

        var question = new RowBlockOrder([]);
        view.GetRowCursor([], question).Dispose();
        return question.Starts is { Length: > 1 };
    }
}
