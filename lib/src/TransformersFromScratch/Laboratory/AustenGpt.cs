using System.Diagnostics;
using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One line in the log of the shipped language model.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Seconds">How long the training had taken.</param>
/// <param name="Training">The mean loss of a token since the line before, in nats.</param>
/// <param name="Validation">The loss of a token of the validation text, in nats.</param>
/// <param name="BitsPerCharacter">The same in bits a character, which compares with models of other tokens.</param>
public sealed record AustenGptLog(
    long Step, double Seconds, double Training, double Validation, double BitsPerCharacter);

/// <summary>
/// The language model that data/austen-gpt.safetensors holds: a GPT of about a million parameters that reads all six
/// novels in byte-pair tokens. Chapters 12 and 16 use it.
/// </summary>
public static class AustenGpt
{
    private const string Header = "step\tseconds\ttraining loss\tvalidation loss\tbits per character";
    private const int Lines = 10;

    /// <summary>How many merges its tokenizer learns, from the training text alone.</summary>
    public const int Merges = 1000;

    /// <summary>How it is trained.</summary>
    public static GptRecipe Recipe { get; } = new()
    {
        Context = 128, Steps = 2000, PeakLearningRate = 3e-3, LastLearningRate = 3e-4,
    };

    /// <summary>Trains it.</summary>
    /// <param name="recipe">How; <see cref="Recipe"/> for the shipped one.</param>
    /// <param name="merges">How many merges; <see cref="Merges"/> for the shipped one.</param>
    /// <param name="text">The text: its first 90 % to learn from, the rest to measure by.</param>
    /// <param name="seed">Of the weights, the windows and dropout.</param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (LanguageModel Model, IReadOnlyList<AustenGptLog> Log) Train(
        GptRecipe recipe, int merges, string text, int seed, Action<TrainingProgress>? report = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var (first, last) = Austen.Split(text);
        var tokens = BytePairEncoding.Train([first], merges, cancellation: cancellation);
        int[] validation = tokens.Encode(last);
        var training = new GptTraining(recipe, tokens.Count, tokens.Encode(first), validation, seed);
        var log = new List<AustenGptLog>();
        long start = Stopwatch.GetTimestamp();
        for (int line = 1; line <= Lines; line++)
        {
            int before = (int)training.Trainer.Step, until = recipe.Steps * line / Lines;
            if (training.Trainer.Run(report, cancellation, until).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double loss = training.ValidationLoss(batches: line == Lines ? 200 : 40);
            log.Add(new AustenGptLog(
                until, seconds, training.Trainer.MeanLoss(until - before), loss,
                Perplexity.BitsPerCharacter(loss, validation.Length, last.Length)));
        }

        return (new LanguageModel(training.Model, tokens), log);
    }

    /// <summary>Writes the log, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<AustenGptLog> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        TabFile.Save(path, Header, log.Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Step}\t{line.Seconds:F0}\t{line.Training:F4}\t{line.Validation:F4}\t{line.BitsPerCharacter:F4}")));
    }

    /// <summary>Reads the log.</summary>
    /// <exception cref="InvalidDataException">A line that is not one of a log; the message says which.</exception>
    public static IReadOnlyList<AustenGptLog> Load(string path) =>
        TabFile.Load(path, Header, Parse, "line of the log", "log of the Austen model", "lab austen-gpt");

    private static AustenGptLog? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Select(TabFile.Number)];
        bool right = numbers.Length == 5 && double.IsInteger(numbers[0])
            && numbers.All(number => number >= 0 && double.IsFinite(number));
        return right
            ? new AustenGptLog((long)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
            : null;
    }
}
