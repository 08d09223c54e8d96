using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One training of <see cref="TranslationCurve"/> and what it came to.</summary>
/// <param name="Corpus">en-fr or en-de.</param>
/// <param name="Pairs">How many pairs were learned from.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Bleu">On the test set, greedily decoded, with its 95 % interval.</param>
/// <param name="ChrF">The same translations by chrF.</param>
public sealed record CurvePoint(
    string Corpus, int Pairs, long Parameters, long Steps, ConfidenceInterval Bleu, double ChrF);

/// <summary>
/// What more pairs and more parameters are worth: the same training, once on parts of a corpus and once with smaller
/// and larger models. A part is seen as much more often as it is smaller, so that all make about the same number of
/// steps, and only the pairs differ.
/// </summary>
public static class TranslationCurve
{
    private const string Header = "corpus\tpairs\tparameters\tsteps\tBLEU\tlow\thigh\tchrF";
    private const int Parts = 8;

    /// <summary>
    /// The trainings of a corpus: an eighth, a quarter, a half and all of its pairs at d_model 64, then all of them at
    /// d_model 32 and 128.
    /// </summary>
    public static IReadOnlyList<(int Eighths, int DModel)> Trainings { get; } =
        [(1, 64), (2, 64), (4, 64), (8, 64), (8, 32), (8, 128)];

    /// <summary>How one of <see cref="Trainings"/> is trained.</summary>
    /// <param name="eighths">1, 2, 4 or 8 eighths of the pairs.</param>
    /// <param name="dModel">d_model; d_ff is four times as much.</param>
    /// <param name="epochs">How often every pair is seen if there are all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of eighths, or no epochs.</exception>
    public static TranslationRecipe Recipe(int eighths, int dModel, int epochs)
    {
        if (eighths is not (1 or 2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(
                nameof(eighths), eighths,
                "Take 1, 2, 4 or 8 eighths, so that every part is seen a whole number of times.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        return new TranslationRecipe
        {
            Merges = 4000,
            DModel = dModel,
            DFeedForward = 4 * dModel,
            Dropout = 0.1f,
            Warmup = 400,
            RateFactor = 0.7,
            BatchTokens = 512,
            Epochs = epochs * Parts / eighths,
            CheckpointsPerEpoch = eighths, // As many steps between two checkpoints for every part.
        };
    }

    /// <summary>Trains once, and measures on the test set.</summary>
    /// <param name="corpus">The pairs.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="eighths">1, 2, 4 or 8 eighths of the pairs, drawn by the seed; the smaller part is within the
    /// larger.</param>
    /// <param name="recipe">How to train, as <see cref="Recipe"/> says.</param>
    /// <param name="seed">Of the choice of the pairs, the weights and the batches.</param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CurvePoint Run(
        TranslationCorpus corpus, string name, int eighths, TranslationRecipe recipe, int seed,
        Action<TrainingProgress>? report = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        SentencePair[] pairs = [.. corpus.Training];
        new SeededRandom(seed).Shuffle(pairs);
        var training = new TranslationTraining(recipe, pairs[..(pairs.Length * eighths / Parts)], seed);
        TrainingResult result = training.Run(report, cancellation: token);
        if (result.End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException(token);
        }

        // A tokenizer learned from fewer pairs cuts more finely, so that a test sentence may be longer than any it was
        // trained on. It stays in, as long as it has tokens.
        string[] references = [.. corpus.Test.Select(pair => pair.Target)];
        var translator = new Translator(
            training.Translator.Model, training.Translator.Tokens,
            Math.Max(
                training.Translator.Longest, corpus.Test.Max(pair => training.Translator.Encode(pair.Source).Length)));
        IReadOnlyList<string> outputs = translator.Translate([.. corpus.Test.Select(pair => pair.Source)], token);
        ConfidenceInterval bleu = Bootstrap.Interval(
            Bleu.Sentences(outputs, references), drawn => Bleu.Of(drawn).Score, new SeededRandom(1));
        return new CurvePoint(
            name, pairs.Length * eighths / Parts, training.Translator.Model.ParameterCount, result.Step, bleu,
            ChrF.Corpus(outputs, references).Score);
    }

    /// <summary>Writes points, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<CurvePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        TabFile.Save(path, Header, points.Select(point => string.Create(CultureInfo.InvariantCulture,
            $"{point.Corpus}\t{point.Pairs}\t{point.Parameters}\t{point.Steps}\t" +
            $"{point.Bleu.Value:F2}\t{point.Bleu.Low:F2}\t{point.Bleu.High:F2}\t{point.ChrF:F2}")));
    }

    /// <summary>Reads points.</summary>
    /// <exception cref="InvalidDataException">A line that is not a point; the message says which.</exception>
    public static IReadOnlyList<CurvePoint> Load(string path) =>
        TabFile.Load(path, Header, Parse, "training", "curve of trainings", "lab translation-curves");

    private static CurvePoint? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Skip(1).Select(TabFile.Number)];
        return fields.Length == 8 && numbers.All(double.IsFinite)
            && numbers.Take(3).All(number => number is >= 1 and <= int.MaxValue && double.IsInteger(number))
            ? new CurvePoint(
                fields[0], (int)numbers[0], (long)numbers[1], (long)numbers[2],
                new ConfidenceInterval(numbers[3], numbers[4], numbers[5]), numbers[6])
            : null;
    }
}
