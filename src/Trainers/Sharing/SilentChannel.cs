using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers;

/// <summary>The channel of a process that does not report: one of several says what all would.</summary>
internal sealed class SilentChannel(IChannel channel) : IChannel
{
    public string ContextDescription => channel.ContextDescription;

    public TException Process<TException>(TException ex)
        where TException : Exception => channel.Process(ex);

    public void Trace(MessageSensitivity sensitivity, string fmt)
    {
    }

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args)
    {
    }

    public void Info(MessageSensitivity sensitivity, string fmt)
    {
    }

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args)
    {
    }

    public void Warning(MessageSensitivity sensitivity, string fmt)
    {
    }

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args)
    {
    }

    public void Error(MessageSensitivity sensitivity, string fmt) => channel.Error(sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => channel.Error(sensitivity, fmt, args);

    public void Send(ChannelMessage msg)
    {
    }

    public void Dispose() => channel.Dispose();
}
