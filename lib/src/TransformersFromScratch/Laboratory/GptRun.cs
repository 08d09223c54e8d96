using System.Diagnostics;
using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A training of a character GPT and what it came to.</summary>
/// <param name="Text">What it read: emma or austen.</param>
/// <param name="Layers">N.</param>
/// <param name="Heads">h.</param>
/// <param name="DModel">d_model.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="Peak">The highest learning rate.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Seed">Of the weights and the windows.</param>
/// <param name="Loss">On 200 batches of the validation text, in nats a character.</param>
/// <param name="Seconds">How long the steps took, on one core.</param>
/// <param name="Curve">The loss on 40 batches of the validation text, on the way.</param>
public sealed record GptRun(
    string Text, int Layers, int Heads, int DModel, long Parameters, double Peak, int Steps, int Seed, double Loss,
    double Seconds, IReadOnlyList<(int Step, double Loss)> Curve)
{
    private const string Header =
        "text\tlayers\theads\td_model\tparameters\tpeak rate\tsteps\tseed\tloss\tseconds\tcurve";
    private const int Looks = 10;

    /// <summary>Trains once.</summary>
    /// <param name="name">What to call the text.</param>
    /// <param name="text">The text: its first 90 % to learn from, the rest to measure by.</param>
    /// <param name="recipe">What to train, and how.</param>
    /// <param name="seed">Of the weights and the windows.</param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static GptRun Of(
        string name, string text, GptRecipe recipe, int seed, Action<TrainingProgress>? report = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var characters = Characters.Of(text);
        var (first, last) = Austen.Split(text);
        var training = new GptTraining(
            recipe, characters.Count, characters.Encode(first), characters.Encode(last), seed);
        var curve = new List<(int Step, double Loss)>();
        TimeSpan steps = default;
        for (int look = 1; look <= Looks; look++)
        {
            int until = recipe.Steps * look / Looks;
            long start = Stopwatch.GetTimestamp();
            if (training.Trainer.Run(report, cancellation, until).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            steps += Stopwatch.GetElapsedTime(start);
            curve.Add((until, training.ValidationLoss(batches: 40)));
        }

        return new GptRun(
            name, recipe.Layers, recipe.Heads, recipe.DModel, training.Model.ParameterCount, recipe.PeakLearningRate,
            recipe.Steps, seed, training.ValidationLoss(), steps.TotalSeconds, curve);
    }

    /// <summary>Whether this is the run of a recipe, which then need not be made again.</summary>
    public bool IsOf(string text, GptRecipe recipe, int seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return (Text, Layers, Heads, DModel, Peak, Steps, Seed)
            == (text, recipe.Layers, recipe.Heads, recipe.DModel, recipe.PeakLearningRate, recipe.Steps, seed);
    }

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<GptRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Text}\t{run.Layers}\t{run.Heads}\t{run.DModel}\t{run.Parameters}\t{run.Peak}\t{run.Steps}\t" +
            $"{run.Seed}\t{run.Loss:F4}\t{run.Seconds:F0}\t" +
            $"{TabFile.JoinCurve(run.Curve.Select(point => ((long)point.Step, point.Loss)), "F4")}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<GptRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs of a GPT", "lab gpt-rates (or gpt-sizes)");

    private static GptRun? Parse(string[] fields)
    {
        if (fields.Length != 11 || TabFile.Curve(fields[10]) is not { } curve)
        {
            return null;
        }

        double[] numbers = [.. fields[1..10].Select(TabFile.Number)];
        int[] whole = [0, 1, 2, 3, 5, 6];
        bool right = numbers.All(double.IsFinite)
            && Array.TrueForAll(whole, i => numbers[i] <= int.MaxValue && double.IsInteger(numbers[i]))
            && curve.All(point => point.Value > 0 && point.At is >= 0 and <= int.MaxValue) && numbers[7] > 0;
        return right
            ? new GptRun(
                fields[0], (int)numbers[0], (int)numbers[1], (int)numbers[2], (long)numbers[3], numbers[4],
                (int)numbers[5], (int)numbers[6], numbers[7], numbers[8],
                [.. curve.Select(point => ((int)point.At, point.Value))])
            : null;
    }
}
