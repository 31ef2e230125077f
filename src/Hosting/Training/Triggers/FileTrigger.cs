using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Queues a job when the content of a file has changed.</summary>
internal sealed class FileTrigger(string job, WatchedFile file, TrainingQueue queue, TriggerMemory memory, TimeProvider time, ILogger logger) : ITrigger
{
    private readonly string _path = Path.GetFullPath(file.Path);
    private readonly Trigger _trigger = new(job, queue, logger);
    private FileState? _seen;
    private long _since;
    private bool _isRead;
    private bool _failed;

    private string Key => $"file {job} {_path}";

    public TimeSpan? Step()
    {
        Look();
        return file.Interval;
    }

    private void Look()
    {
        var seen = FileState.Of(_path);
        if (seen != _seen)
        {
            (_seen, _since, _isRead) = (seen, time.GetTimestamp(), false);
        }

        // The first content is what later ones are compared with, and a change may come while it would rest: it is read at once.
        if (!seen.Exists || _isRead || (memory[Key] is not null && time.GetElapsedTime(_since) < file.Rest))
        {
            return;
        }

        try
        {
            string content = FileHash.Of(_path).Sha256;
            _failed = false;

            // A file that was written meanwhile is read again when it rests.
            _isRead = FileState.Of(_path) == seen && (content == memory[Key] || Take(content));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                _failed = true;
                logger.WatchedFileNotRead(job, _path, exception.Message);
            }
        }
    }

    /// <summary>Takes another content: the first one is known from now on, others queue the job.</summary>
    /// <returns>Whether it is dealt with; else the queue was full, and it is tried again.</returns>
    private bool Take(string content)
    {
        if (memory[Key] is not null && !_trigger.Fire($"'{Path.GetFileName(_path)}' has changed"))
        {
            return false;
        }

        memory[Key] = content;
        return true;
    }
}
