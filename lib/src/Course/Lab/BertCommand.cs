using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab bert: trains the BERT that chapter 13 reads from data/. A training that was stopped goes on from its checkpoint.
/// </summary>
internal static class BertCommand
{
    public static Command Create()
    {
        var epochs = new Option<int?>("--epochs")
        {
            Description = "How often every text is read; the recipe's own number if not given.",
        }.Between(1, 1000);
        var rate = new Option<double?>("--rate")
        {
            Description = "The highest learning rate; the recipe's own if not given.",
        }.Between(1e-6, 0.1);
        Option<int> seed = LabOptions.Seed("Of weights, batches and hidden words.");
        Option<int> threads = LabOptions.Threads();
        Option<string?> output = LabOptions.Output("bert.safetensors", ", log and checkpoint beside it");
        var command = new Command(
            "bert",
            "Trains a BERT on descriptions of packages, and writes data/bert.safetensors with its log. Stopped, it " +
            "leaves a checkpoint beside the file; the same command goes on from there.")
        {
            epochs, rate, seed, threads, output,
        };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(
                repository, parsed.GetValue(output) ?? Path.Combine(repository.Data, "bert.safetensors"),
                parsed.GetValue(epochs), parsed.GetValue(rate), parsed.GetValue(seed), parsed.GetValue(threads),
                cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(
        Repository repository, string path, int? epochs, double? rate, int seed, int threads,
        CancellationToken cancellation)
    {
        string logPath = TrainingPlace.LogBeside(path);
        string checkpoint = Path.ChangeExtension(path, ".checkpoint.safetensors");
        TrainingPlace.RequireWritable(path);
        TrainingPlace.RequireWritable(logPath);
        TrainingPlace.RequireWritable(checkpoint);
        MatrixProduct.Threads = threads;
        BertRecipe recipe = BertRecipe.Shipped;
        recipe = recipe with { Epochs = epochs ?? recipe.Epochs, PeakLearningRate = rate ?? recipe.PeakLearningRate };
        PackageTexts packages = LabFiles.Read(() => PackageTexts.OfFolder(repository.Data));
        var (model, log) = LabFiles.Read(() => BertRun.Of(
            recipe, packages.Unlabelled, packages.Validation, seed, checkpoint, new TrainingLines().Report, Tell,
            cancellation));
        model.Save(path);
        BertLog.Save(logPath, log);
        File.Delete(checkpoint);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Model.ParameterCount:N0} parameters, {log[^1].Validation:F4} nats a hidden token, " +
            $"{log[^1].Right:P1} said first, {log[^1].Seconds:F0} s"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(BertLog line) => AnsiConsole.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {line.Epoch:F0}, {line.Seconds:F0} s: loss {line.Training:F4}, validation {line.Validation:F4}, " +
        $"{line.Right:P1} said first"));
}
