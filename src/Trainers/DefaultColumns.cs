namespace MLNet.GradientTrainers;

/// <summary>ML.NET's default column names.</summary>
public static class DefaultColumns
{
    /// <summary>The column to learn.</summary>
    public const string Label = "Label";

    /// <summary>The column to learn from.</summary>
    public const string Features = "Features";

    /// <summary>The column of scores that a model adds.</summary>
    public const string Score = "Score";

    /// <summary>The column of the predicted class that a model adds.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The column of the probability of true that a binary model adds.</summary>
    public const string Probability = "Probability";
}
