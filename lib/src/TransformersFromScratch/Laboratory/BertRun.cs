using System.Diagnostics;
using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// A training by masked words from beginning to end, with its log. It may be stopped, and goes on from its checkpoint.
/// </summary>
public static class BertRun
{
    private const string LogNote = "log", SecondsNote = "seconds", RecipeNote = "recipe";

    /// <summary>Trains, or goes on with a training that was stopped.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="texts">What to learn from. The tokenizer learns from them as well.</param>
    /// <param name="validation">What to measure by.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="checkpoint">
    /// Where its state is kept, ending in .safetensors: if the file is there, the training goes on from it. Null
    /// keeps none.
    /// </param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="logged">Told every line of the log as soon as it is there.</param>
    /// <param name="cancellation">Stops it; the checkpoint is written first.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another recipe.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (MaskedLanguageModel Model, IReadOnlyList<BertLog> Log) Of(
        BertRecipe recipe, IReadOnlyList<string> texts, IReadOnlyList<string> validation, int seed,
        string? checkpoint = null, Action<TrainingProgress>? report = null, Action<BertLog>? logged = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Check();
        var tokens = WordPiece.Train(texts, recipe.Pieces);
        var training = new BertTraining(recipe, tokens, texts, validation, seed, checkpoint);
        string written = string.Create(CultureInfo.InvariantCulture, $"{recipe}, seed {seed}, {texts.Count} texts");
        var log = new List<BertLog>();
        double before = 0;
        if (checkpoint is not null && File.Exists(checkpoint))
        {
            (log, before) = Resume(training, checkpoint, written);
        }

        long start = Stopwatch.GetTimestamp();
        TimeSpan validating = default;
        training.Notes = () => new Dictionary<string, string>
        {
            [RecipeNote] = written, [LogNote] = string.Join('\n', log),
            [SecondsNote] = Seconds().ToString("F1", CultureInfo.InvariantCulture),
        };
        while (true)
        {
            // The checkpoint of an epoch's end is older than its line in the log: who goes on from it looks again.
            long step = training.Trainer.Step, epoch = step / training.PerEpoch;
            if (step % training.PerEpoch == 0 && (log.Count == 0 || log[^1].Step < step)) { Look(step); }

            if (step == training.Steps) { return (new MaskedLanguageModel(training.Model, tokens), log); }

            TrainingResult result = training.Trainer.Run(report, cancellation, (epoch + 1) * training.PerEpoch);
            if (result.End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }
        }

        double Seconds() => before + (Stopwatch.GetElapsedTime(start) - validating).TotalSeconds;

        void Look(long step)
        {
            long now = Stopwatch.GetTimestamp();
            var (loss, right) = training.Validate();
            validating += Stopwatch.GetElapsedTime(now);
            double trained = step == 0 ? 0 : training.Trainer.MeanLoss((int)(step - log[^1].Step));
            log.Add(new BertLog(step, (double)step / training.PerEpoch, Seconds(), trained, loss, right));
            logged?.Invoke(log[^1]);
        }
    }

    private static (List<BertLog> Log, double Seconds) Resume(BertTraining training, string checkpoint, string recipe)
    {
        Dictionary<string, string> notes = Checkpoint.NotesIn(Checkpoint.Open(checkpoint));
        if (notes.GetValueOrDefault(RecipeNote) is not { } other || other != recipe)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(checkpoint)}' is the checkpoint of another training. Move it away to begin anew.");
        }

        training.Trainer.Resume(checkpoint);
        BertLog?[] log = [.. notes[LogNote].Split('\n').Select(line => BertLog.Parse(line.Split('\t')))];
        return Array.TrueForAll(log, line => line is not null)
            ? ([.. log.OfType<BertLog>()], TabFile.Number(notes[SecondsNote]))
            : throw new InvalidDataException($"The log in '{Excerpt.OfPath(checkpoint)}' is damaged.");
    }
}
