using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>train: makes the checkpoints that chapter 11 ships, with the log of how they came to be.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var language = new Argument<string>("corpus") { Description = "en-fr or en-de." };
        language.AcceptOnlyFromAmong("en-fr", "en-de");
        var epochs = new Option<int?>("--epochs")
        { Description = "How often every pair is seen; the recipe's own number if not given." }.Between(
                1, 1_000_000);
        var seed = new Option<int?>("--seed") { Description = "Of weights, batches and dropout; 1 if not given." };
        var threads = new Option<int?>(
            "--threads")
        {
            Description =
                "How many processor cores to use; all if not given. The result is the same."
        }.Between(1, 1024);
        var from = new Option<string?>(
            "--from")
        {
            Description = "A checkpoint to go on from: the learning rate rises once more, less high, and " +
                "falls to 0."
        };
        var dropout = new Option<float?>(
            "--dropout")
        {
            Description = "P_drop, 0 to 0.9; the recipe's own if not given. A training that goes on " +
                "from another may need more of it."
        }.Between(0, 0.9f);
        var mergeDropout = new Option<float?>(
            "--merge-dropout")
        {
            Description = "The probability that a merge of the byte-pair encoding is passed " +
                "over, 0 to 1 (chapter 10, BPE-dropout); none if not given."
        }.Between(0, 1);
        var output = new Option<string?>("--output")
        { Description = "The folder for corpus.safetensors and corpus.log.tsv; data/ if not given." };
        var resume = new Option<bool>(
            "--resume")
        {
            Description = "Goes on with a training that was stopped, from its checkpoint in --output: " +
                "the result is that of one that never was."
        };
        var command = new Command(
            "train", "Trains the translator of chapter 11 on a corpus of data/, and writes it and its log there.")
        {
            language, epochs, seed, threads, from, dropout, mergeDropout, output, resume,
        };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            var request = new TrainRequest(
                parsed.GetValue(language)!, parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(from), parsed.GetValue(dropout), parsed.GetValue(mergeDropout), parsed.GetValue(output),
                parsed.GetValue(resume));
            Train(repository, request, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, TrainRequest request, CancellationToken cancellation)
    {
        if (request.Threads is { } number) { MatrixProduct.Threads = number; }

        using var stop = new StopSignals(cancellation);
        using var place = new TrainingPlace(repository, request);
        TrainingRun.Prepare(repository, request, place).Run(stop.Token);
    }
}

/// <summary>What train was asked for; null where nothing was said.</summary>
internal sealed record TrainRequest(
    string Corpus, int? Epochs, int? Seed, int? Threads, string? From, float? Dropout, float? MergeDropout,
    string? Output, bool Resume)
{
    /// <summary>The command that goes on with this training.</summary>
    public string ResumeCommand =>
        "dotnet run --project lib/src/Course -- train " +
        $"{Corpus}{(Output is null ? "" : $" --output \"{Output}\"")} --resume";
}
