using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A training of a <see cref="StoryReader"/>, and what it came to.</summary>
/// <param name="Variant">The recipe's name, one of <see cref="StoryRecipe.Variants"/>.</param>
/// <param name="Seed">Of the weights and the stories.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Stories">How many stories it saw.</param>
/// <param name="Seconds">
/// How many seconds of processor time the steps took. Other programs change them less than the time on the clock.
/// </param>
/// <param name="Exact">
/// The share of 2,000 unseen stories of its own kind that it answers to the word, in per cent.
/// </param>
/// <param name="WithAside">The share of 500 unseen stories with one aside more.</param>
/// <param name="Longer">The share of 500 unseen stories of up to four sentences more than any it has seen.</param>
/// <param name="Shuffled">The share of 500 unseen stories whose sentences were mixed, with the old answer.</param>
/// <param name="Curve">The share of 500 stories after so many stories seen.</param>
public sealed record StoryRun(
    string Variant, int Seed, int Steps, long Stories, double Seconds, double Exact,
    double WithAside, double Longer, double Shuffled, IReadOnlyList<(long Stories, double Exact)> Curve)
{
    private const string Header =
        "variant\tseed\tsteps\tstories\tseconds\texact\twith aside\tlonger\tshuffled\tcurve";
    private const string RecipeNote = "recipe", CurveNote = "curve", SecondsNote = "seconds";
    private const int Looks = 20, Exams = 2000, Controls = 500, ExamSeed = 1901;

    /// <summary>Trains once, or goes on with a training that was stopped, and examines.</summary>
    /// <param name="variant">What the recipe is called.</param>
    /// <param name="recipe">What to train, and how.</param>
    /// <param name="seed">Of the weights and the stories; the tests are the same for all.</param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="cancellation">Stops it; the checkpoint is written first.</param>
    /// <param name="checkpoint">
    /// Where its state is kept, ending in .safetensors: if the file is there, the training goes on from it. Null
    /// keeps none.
    /// </param>
    /// <returns>What it came to, and the reader.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another training.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (StoryRun Run, StoryReader Reader) Of(
        string variant, StoryRecipe recipe, int seed, Action<TrainingProgress>? report = null,
        CancellationToken cancellation = default, string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var training = new StoryTraining(recipe, seed, checkpoint);
        StoryKind kind = recipe.Kind;
        IReadOnlyList<Story> small = TransformersFromScratch.Stories.DrawTest(Controls, ExamSeed + 1, kind);
        string written = $"{recipe}, seed {seed}";
        var (curve, seconds) = checkpoint is not null && File.Exists(checkpoint)
            ? Resume(training, checkpoint, written) : ([], 0);
        TimeSpan start = default;
        training.Notes = () => new Dictionary<string, string>
        {
            [RecipeNote] = written, [CurveNote] = Written(curve),
            [SecondsNote] = Spent().ToString(CultureInfo.InvariantCulture),
        };
        int looks = Math.Min(Looks, recipe.Steps);
        while (curve.Count < looks)
        {
            int until = recipe.Steps * (curve.Count + 1) / looks;
            start = Environment.CpuUsage.TotalTime;
            if (training.Trainer.Run(report, cancellation, until).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            seconds = Spent();
            curve.Add(((long)until * recipe.Batch, Share(small)));
        }

        var random = new SeededRandom(ExamSeed);
        var run = new StoryRun(
            variant, seed, recipe.Steps, (long)recipe.Steps * recipe.Batch, seconds,
            Share(TransformersFromScratch.Stories.DrawTest(Exams, ExamSeed, kind)),
            Share(
                TransformersFromScratch.Stories.DrawTest(
                    Controls, ExamSeed + 2, kind with { Asides = kind.Asides + 1 })),
            Share(
                TransformersFromScratch.Stories.DrawTest(
                    Controls, ExamSeed + 3, kind with { Least = kind.Most + 1, Most = kind.Most + 4 })),
            Share([.. small.Select(story => TransformersFromScratch.Stories.Shuffled(story, random))]),
            curve);
        return (run, training.Reader);

        double Spent() => seconds + (Environment.CpuUsage.TotalTime - start).TotalSeconds;

        double Share(IReadOnlyList<Story> stories) => 100 * StoryTraining.Exam(training.Reader, stories).Average();
    }

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<StoryRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Variant}\t{run.Seed}\t{run.Steps}\t{run.Stories}\t{run.Seconds:F0}\t{run.Exact:F2}\t" +
            $"{run.WithAside:F1}\t{run.Longer:F1}\t{run.Shuffled:F1}\t{Written(run.Curve)}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<StoryRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs of stories", "lab stories");

    private static (List<(long Stories, double Exact)> Curve, double Seconds) Resume(
        StoryTraining training, string checkpoint, string recipe)
    {
        Dictionary<string, string> notes = Checkpoint.NotesIn(Checkpoint.Open(checkpoint));
        if (notes.GetValueOrDefault(RecipeNote) != recipe)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(checkpoint)}' is the checkpoint of another training. Move it away to begin anew.");
        }

        training.Trainer.Resume(checkpoint);
        string curve = notes[CurveNote];
        return (
            curve.Length == 0
                ? []
                : [.. TabFile.Curve(curve) ?? throw new InvalidDataException(
                    $"'{Excerpt.OfPath(checkpoint)}' is damaged: its curve is none. Move it away to begin anew.")],
            TabFile.Number(notes[SecondsNote]));
    }

    private static string Written(IEnumerable<(long Stories, double Exact)> curve) => TabFile.JoinCurve(curve, "F1");

    private static StoryRun? Parse(string[] fields)
    {
        if (fields.Length != 10 || TabFile.Curve(fields[9]) is not { } curve)
        {
            return null;
        }

        double[] numbers = [.. fields[1..9].Select(TabFile.Number)];
        bool right = fields[0].Length > 0 && numbers.All(double.IsFinite)
            && numbers[..3].All(number => double.IsInteger(number) && Math.Abs(number) <= int.MaxValue)
            && numbers[4..].Concat(curve.Select(point => point.Value)).All(share => share is >= 0 and <= 100);
        return right
            ? new StoryRun(
                fields[0], (int)numbers[0], (int)numbers[1], (long)numbers[2], numbers[3], numbers[4], numbers[5],
                numbers[6], numbers[7], curve)
            : null;
    }
}
