namespace MLNet.GradientTrainers;

/// <summary>What the engine says, for someone who calls a trainer.</summary>
internal static class Messages
{
    /// <summary>The message without the name of an inner method's parameter, which .NET appends and which says nothing here.</summary>
    public static string PlainMessage(this ArgumentException exception) => exception.Message.Split(" (Parameter '")[0];
}
