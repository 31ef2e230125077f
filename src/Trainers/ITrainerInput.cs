using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a trainer of ML.NET reads and keeps, beside its options of the training itself: columns by their names, rows to validate on, and the checkpoint of a fit.</summary>
public interface ITrainerInput
{
    /// <summary>Name of the label column. Default: <c>Label</c>.</summary>
    string LabelColumnName { get; set; }

    /// <summary>Name of the feature column, a known-size vector of Single, dense or sparse; for networks also of Byte, the numbers 0 to 255. Default: <c>Features</c>.</summary>
    string FeatureColumnName { get; set; }

    /// <summary>
    /// Name of the column of example weights (Single, at least 0), or null for 1 each. A row counts by its share of an average training row's weight, in the gradient of a batch of any
    /// size as in the loss and the metric that are told.
    /// </summary>
    string? ExampleWeightColumnName { get; set; }

    /// <summary>Rows to validate on after each epoch, with the same columns as the training rows. Null: see <see cref="DescentOptions.ValidationFraction"/>.</summary>
    IDataView? ValidationSet { get; set; }

    /// <summary>
    /// A file that the state of a fit is written to while it trains, as a whole or not at all; null, the default, for none. Where the file exists when a fit begins, the fit goes on from it, and ends with the same bits as
    /// one that was never broken off; only the seconds of its history differ, and epochs of before are not told again. A fit that completes removes the file; it stays after a cancelled fit, which writes it
    /// once more, a crash, and a training that diverged.
    /// </summary>
    /// <remarks>
    /// A file of other data, options, network or trainer is refused with an <see cref="InvalidDataException"/> that names the difference, as is a damaged one; it is left as it is. Threads, callbacks, the names of columns, the
    /// three options of the checkpoint and how a fit is cancelled may differ; so may <see cref="DescentOptions.NumberOfEpochs"/>, if it is larger, where a single model is trained and no rate depends on it
    /// (<see cref="LearningRateSchedule.DependsOnEpochs"/>). A <see cref="DescentOptions.Seed"/> that is left open is that of the checkpoint. Where a later write fails, as on a full disk, the trainer
    /// warns, and goes on. Each fit at a time needs a path of its own.
    /// </remarks>
    string? CheckpointPath { get; set; }

    /// <summary>Epochs after which the checkpoint is written, at least 1; null, the default, for as often as <see cref="CheckpointEverySeconds"/> says. Of several networks that train side by side (<see cref="NetworkTrainerOptions.Members"/>), after so many of each.</summary>
    int? CheckpointEveryEpochs { get; set; }

    /// <summary>
    /// Seconds after which the checkpoint is written, at least 0: after an epoch or, where one takes longer than so many seconds, between two of its updates. 0 writes it after every update, which is slow; null never writes it by
    /// time. Default: 30.
    /// </summary>
    double? CheckpointEverySeconds { get; set; }

    /// <summary>Where training and validation rows are while a fit goes on. Default: <see cref="RowStorage.Auto"/>: in memory unless they are more than half of the memory that is free, or more than <see cref="MemoryLimit"/>.</summary>
    RowStorage Rows { get; set; }

    /// <summary>
    /// Bytes of memory for rows that are streamed, at least 4 MiB: for the parts of them that are in memory at a time, and for some 10 to 24 bytes of each, its label, weight and place in the order. Null, the default: a quarter of all
    /// memory that the process may have. More rows are mixed with each other where it is larger. Not counted are the network, what the optimizer keeps of it, and the outputs of its layers for a batch.
    /// </summary>
    long? MemoryLimit { get; set; }

    /// <summary>An existing folder for the temporary file of rows that are streamed, with room for all of them: a byte a value of pixels, four of other values, eight of each that is not 0 of sparse rows. Null, the default: the system's folder for temporary files.</summary>
    string? SpillFolder { get; set; }

    /// <summary>
    /// Processes, on one machine or many, that fit this one model together: all are given the same rows and options, each does a part of the work, and all end with the same model, whose bits do not depend on how many they are. See
    /// the package MLNet.GradientTrainers.Distributed. Null, the default, for this process alone.
    /// </summary>
    /// <remarks>
    /// Only the process of rank 0 writes the checkpoint, calls callbacks and sends messages, of all rows that all of them have learned. Processes that differ in rows, options or version are refused with a
    /// <see cref="CommunicationException"/> that names the difference, and all end where one is cancelled or fails.
    /// </remarks>
    Communicator? Communicator { get; set; }

    /// <summary>Gives a copy of the options lists of its own, where they have any.</summary>
    internal void CopyLists()
    {
    }
}
