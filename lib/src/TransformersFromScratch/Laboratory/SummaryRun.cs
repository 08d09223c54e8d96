using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A training of a summariser and what it came to on the test pairs, greedily.</summary>
/// <param name="Pretraining">What came before the summaries.</param>
/// <param name="Seed">Of the weights, the batches and what is hidden.</param>
/// <param name="EpochsBefore">How many epochs the others spend on their pretraining; one without spends them on
/// summaries too.</param>
/// <param name="Epochs">How many epochs of summaries follow.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="Loss">On the validation pairs, in nats a token.</param>
/// <param name="One">ROUGE-1, F1 in per cent.</param>
/// <param name="Two">ROUGE-2.</param>
/// <param name="L">ROUGE-L.</param>
/// <param name="Copied">The share of written tokens that were the most attended token of the text, by layer of the
/// decoder.</param>
/// <param name="Seconds">How long the steps took, on one core.</param>
public sealed record SummaryRun(
    Pretraining Pretraining, int Seed, int EpochsBefore, int Epochs, long Parameters, double Loss, double One,
        double Two, double L,
    IReadOnlyList<double> Copied, double Seconds)
{
    private const string Header =
        "before\tseed\tepochs before\tepochs\tparameters\tloss\tROUGE-1\tROUGE-2\tROUGE-L\tcopied\tseconds";

    /// <summary>Measures a training that has come to its end.</summary>
    /// <param name="training">The training.</param>
    /// <param name="test">What it is measured by.</param>
    /// <param name="cancellation">Stops it.</param>
    public static SummaryRun Of(SummaryTraining training, IReadOnlyList<PackageSummary> test,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        Summarizer summarizer = training.Summarizer;
        PackageSummary[] fits = [.. test.Where(pair => summarizer.Encode(pair.Text).Length <= summarizer.Longest)];
        string[] texts = [.. fits.Select(pair => pair.Text)];
        IReadOnlyList<string> summaries = summarizer.Summarise(texts, token: cancellation);
        RougeScores scores = Rouge.Mean(Rouge.Sentences(summaries, [.. fits.Select(pair => pair.Summary)]));
        var copied = CopyShare.Of(summarizer, texts, summaries);
        return new SummaryRun(
            training.Recipe.Pretraining, training.Seed, training.Recipe.PretrainingEpochs, training.Recipe.Epochs,
            summarizer.Model.ParameterCount, training.ValidationLoss(), scores.One, scores.Two, scores.L,
            [.. copied.Copied.Select(count => (double)count / copied.Tokens)],
                training.Log.Sum(epoch => epoch.Seconds));
    }

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Pretraining}, seed {Seed}: ROUGE {One:F1} / {Two:F1} / {L:F1}, copied {TabFile.Join(Copied)}, validation " +
        $"{Loss:F3}, {Seconds:F0} s");

    /// <summary>Whether this is the run of a recipe, which then need not be made again.</summary>
    public bool IsOf(SummaryRecipe recipe, int seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return (Pretraining, Seed, EpochsBefore, Epochs) == (recipe.Pretraining, seed, recipe.PretrainingEpochs,
            recipe.Epochs);
    }

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<SummaryRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Pretraining}\t{run.Seed}\t{run.EpochsBefore}\t{run.Epochs}\t{run.Parameters}\t{run.Loss:F4}\t" +
            $"{run.One:F2}\t{run.Two:F2}\t{run.L:F2}\t{TabFile.Join(run.Copied)}\t{run.Seconds:F0}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<SummaryRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs of a summariser", "lab summaries-compared");

    private static SummaryRun? Parse(string[] fields)
    {
        if (fields.Length != 11 || !Enum.TryParse(fields[0], out Pretraining before)
            || TabFile.Numbers(fields[9]) is not { } copied)
        {
            return null;
        }

        double[] numbers = [.. fields.Where((_, i) => i is not (0 or 9)).Select(TabFile.Number)];
        return numbers.All(double.IsFinite)
            && numbers.Take(4).All(number => double.IsInteger(number) && number <= int.MaxValue)
            ? new SummaryRun(
                before, (int)numbers[0], (int)numbers[1], (int)numbers[2], (long)numbers[3], numbers[4], numbers[5],
                    numbers[6],
                numbers[7], copied, numbers[8])
            : null;
    }
}
