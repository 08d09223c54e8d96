using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>lab austen-gpt: trains the language model that chapters 12 and 16 read from data/.</summary>
internal static class AustenGptCommand
{
    public static Command Create()
    {
        Option<int> seed = LabOptions.Seed("Of weights, windows and dropout.");
        Option<int> threads = LabOptions.Threads();
        Option<string?> output = LabOptions.Output("austen-gpt.safetensors", ", its log beside it");
        var command = new Command(
            "austen-gpt",
            "Trains a GPT on the six novels in byte-pair tokens, and writes data/austen-gpt.safetensors with its log.")
        {
            seed, threads, output,
        };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(repository, parsed.GetValue(output) ?? Path.Combine(repository.Data, "austen-gpt.safetensors"),
                parsed.GetValue(seed), parsed.GetValue(threads), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, string path, int seed, int threads, CancellationToken cancellation)
    {
        string logPath = TrainingPlace.LogBeside(path);
        TrainingPlace.RequireWritable(path);
        TrainingPlace.RequireWritable(logPath);
        MatrixProduct.Threads = threads;
        var (model, log) = AustenGpt.Train(
            AustenGpt.Recipe, AustenGpt.Merges, GptCommand.Novels(repository), seed,
            new TrainingLines().Report, cancellation);
        model.Save(path);
        AustenGpt.Save(logPath, log);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Model.ParameterCount:N0} parameters, {log[^1].Validation:F4} nats a token, " +
            $"{log[^1].BitsPerCharacter:F4} bits a character, {log[^1].Seconds:F0} s"));
    }
}
