using System.Globalization;
using Shared;
using Spectre.Console;

namespace Course;

/// <summary>
/// The files of a training, in a folder that belongs to it as long as it lasts. What would lose an hour's work is found
/// out before it: nothing can be written, the disk is full.
/// </summary>
internal sealed class TrainingPlace : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;
    private FileStream? _kept;

    /// <exception cref="CourseException">Nothing can be written there, or another training does.</exception>
    public TrainingPlace(Repository repository, TrainRequest request)
    {
        _folder = request.Output ?? repository.Data;
        Model = Path.Combine(_folder, $"{request.Corpus}.safetensors");
        Log = LogBeside(Model);
        Checkpoint = Path.ChangeExtension(Model, ".checkpoint.safetensors");
        Writing.Try(() => Directory.CreateDirectory(_folder), $"Cannot write to the folder {_folder}");
        string taken = Path.Combine(_folder, $"{request.Corpus}.training.lock");
        _lock = Writing.Try(
            () => new FileStream(
                taken, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose),
            $"Cannot write {taken}; perhaps another training of {request.Corpus} writes into this folder (then wait " +
            "for it, or give another with --output)");
        try
        {
            RequireWritable(Model);
            RequireWritable(Log);
            RequireWritable(Checkpoint);
            if (request.Resume && !File.Exists(Checkpoint))
            {
                throw new CourseException(
                    $"There is no checkpoint {Checkpoint} to go on from. Begin without --resume.");
            }

            if (!request.Resume && File.Exists(Checkpoint))
            {
                string aside = Path.ChangeExtension(Model, ".checkpoint.old.safetensors");
                Writing.Try(
                    () => { File.Move(Checkpoint, aside, overwrite: true); return true; }, $"Cannot write {aside}");
                AnsiConsole.WriteLine(
                    $"There is a checkpoint of a training that was stopped. It is now {aside}; to go on from it, " +
                    $"give it back the name {Path.GetFileName(Checkpoint)} and say --resume.");
            }
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The translator, in the end.</summary>
    public string Model { get; }

    /// <summary>A line an epoch, in the end.</summary>
    public string Log { get; }

    /// <summary>The state of the training, on the way.</summary>
    public string Checkpoint { get; }

    /// <summary>Hours later is too late to learn that nothing can be written there.</summary>
    /// <exception cref="CourseException">Nothing can.</exception>
    public static void RequireWritable(string file) => Writing.Try(
        () => { WholeFile.Open(file).Dispose(); return true; }, $"Cannot write {file}");

    public static string LogBeside(string model) => Path.ChangeExtension(model, ".log.tsv");

    /// <summary>
    /// Tries whether there is room for the checkpoints, and keeps that of the translator: the disk may be full when it
    /// is there at last.
    /// </summary>
    /// <param name="checkpoint">The bytes of one. Its successor is written beside it, so that there are two for a
    /// moment.</param>
    /// <param name="model">The bytes of the translator and its log.</param>
    /// <exception cref="CourseException">There is too little.</exception>
    public void RequireRoom(long checkpoint, long model)
    {
        long bytes = ((File.Exists(Checkpoint) ? 1 : 2) * checkpoint) + model;
        string wrong = string.Create(CultureInfo.InvariantCulture,
            $"{_folder} has no room for the checkpoints of this training, which take {bytes / 1e6:F0} MB. " +
            $"Make room, or give another folder with --output");
        Reserved(bytes, wrong).Dispose();
        _kept = Reserved(model, wrong);
    }

    /// <summary>The translator is to be written now.</summary>
    public void GiveRoom()
    {
        _kept?.Dispose();
        _kept = null;
    }

    public void Dispose()
    {
        GiveRoom();
        _lock.Dispose();
    }

    /// <summary>
    /// A file that takes so much of the disk until it is closed. Named as an unfinished translator, it goes like one if
    /// this process is killed.
    /// </summary>
    private FileStream Reserved(long bytes, string wrong) => Writing.Try(
        () => new FileStream(WholeFile.UnfinishedNameOf(Model), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, PreallocationSize = bytes,
            Options = FileOptions.DeleteOnClose,
        }), wrong);
}
