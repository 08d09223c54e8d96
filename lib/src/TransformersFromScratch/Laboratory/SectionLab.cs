using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>
/// The experiment of chapter 13: how many labelled texts it takes to sort packages into sections, for a pretrained
/// BERT, for the same network from a random start, for a bag of words, and for who always says the commonest section.
/// </summary>
public static class SectionLab
{
    /// <summary>The names of the methods, as data/bert-sections.tsv has them.</summary>
    public const string Majority = "majority", Bag = "tf-idf", Fresh = "random start", Pretrained = "pretrained";

    /// <summary>What may be changed about the pretrained model, at one number of labels.</summary>
    public const string MeanPooling = "pretrained, mean of all tokens", LastLayer = "pretrained, last layer learns",
        HeadAlone = "pretrained, head alone learns";

    /// <summary>From how many labels; the last is all there are.</summary>
    public static IReadOnlyList<int> Counts { get; } = [60, 120, 300, 600, 1200, 3562];

    /// <summary>The number of labels at which <see cref="MeanPooling"/> and the others are tried.</summary>
    public const int Compared = 120;

    /// <summary>Highest learning rates that are tried on the validation texts.</summary>
    public static IReadOnlyList<double> Rates { get; } = [2e-4, 5e-4, 1e-3, 2e-3];

    /// <summary>How many labelled texts the rates are judged by; they are taken from those to learn from.</summary>
    public const int Validation = 400;

    /// <summary>The learning rate at which a method sorted most validation texts rightly.</summary>
    /// <param name="method">One of the names above; what changes the pretrained model goes by its rate.</param>
    /// <param name="tried">The runs of data/bert-rates.tsv.</param>
    /// <exception cref="InvalidDataException">None of them is of this method.</exception>
    public static double BestRate(string method, IReadOnlyList<SectionRun> tried)
    {
        ArgumentNullException.ThrowIfNull(tried);
        string like = method == Fresh ? Fresh : Pretrained;
        return tried.Where(run => run.Method == like).GroupBy(run => run.Rate).OrderBy(runs => runs.Key)
            .MaxBy(runs => runs.Average(run => run.Accuracy))?.Key
            ?? throw new InvalidDataException(
                $"No learning rate has been tried for '{like}'. Run lab bert-rates first.");
    }

    /// <summary>How a BERT is fine-tuned, but for its learning rate (<see cref="BestRate"/>).</summary>
    public static SectionRecipe Recipe(string method) => new SectionRecipe() switch
    {
        var recipe when method == MeanPooling => recipe with { Pooling = Pooling.Mean },
        var recipe when method == LastLayer => recipe with { Learning = 1 },
        var recipe when method == HeadAlone => recipe with { Learning = 0 },
        var recipe => recipe,
    };

    /// <summary>
    /// All that data/bert-sections.tsv has: few labels first, for they are learned in seconds, and the more labels
    /// there are, the less a seed changes.
    /// </summary>
    /// <param name="seeds">How many seeds.</param>
    public static IEnumerable<(string Method, int Labels, int Seed)> Trials(int seeds) =>
        from labels in Counts
        from seed in Enumerable.Range(1, seeds)
        from method in labels == Compared
            ? new[] { Majority, Bag, Fresh, Pretrained, MeanPooling, LastLayer, HeadAlone }
            : [Majority, Bag, Fresh, Pretrained]
        select (method, labels, seed);

    /// <summary>All that data/bert-rates.tsv has: few labels and many, each rate, on validation texts.</summary>
    /// <param name="seeds">How many seeds.</param>
    public static IEnumerable<(string Method, int Labels, int Seed, double Rate)> RateTrials(int seeds) =>
        from seed in Enumerable.Range(1, seeds)
        from labels in new[] { Counts[1], Counts[3] }
        from method in new[] { Fresh, Pretrained }
        from rate in Rates
        select (method, labels, seed, rate);

    /// <summary>So many of the texts: the same ones for every method.</summary>
    /// <param name="texts">All there are.</param>
    /// <param name="labels">How many to take.</param>
    /// <param name="seed">Of the choice.</param>
    public static IReadOnlyList<PackageText> Drawn(IReadOnlyList<PackageText> texts, int labels, int seed)
    {
        PackageText[] mixed = [.. texts];
        new SeededRandom(seed).Shuffle(mixed);
        return mixed[..Math.Min(labels, mixed.Length)];
    }

    /// <summary>Learns from some labelled texts, and sorts others.</summary>
    /// <param name="method">What learns.</param>
    /// <param name="recipe">How, if it is a BERT.</param>
    /// <param name="model">The pretrained model. One from a random start has its sizes and its tokenizer.</param>
    /// <param name="learned">The texts to learn from, and their sections.</param>
    /// <param name="tested">The texts to sort, and their sections.</param>
    /// <param name="seed">Of all that is random in learning.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SectionRun Run(
        string method, SectionRecipe recipe, MaskedLanguageModel model, IReadOnlyList<PackageText> learned,
        IReadOnlyList<PackageText> tested, int seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(model);
        string[] texts = [.. learned.Select(one => one.Text)], others = [.. tested.Select(one => one.Text)];
        int[] labels = [.. learned.Select(one => one.Class)];
        int sections = PackageText.Sections.Count;
        long start = Stopwatch.GetTimestamp();
        int[] said = method switch
        {
            Majority => [.. others.Select(_ => labels.CountBy(label => label).MaxBy(count => count.Value).Key)],
            Bag => new BagOfWords(texts, labels, sections) is var bag ? [.. others.Select(bag.Classify)] : [],
            _ => FineTuned(),
        };
        return new SectionRun(
            method, learned.Count, seed, method is Majority or Bag ? 0 : recipe.PeakLearningRate,
            said.Zip(tested).Count(one => one.First == one.Second.Class), tested.Count,
            Stopwatch.GetElapsedTime(start).TotalSeconds);

        int[] FineTuned()
        {
            Bert from = method == Fresh ? new Bert(model.Model.Config, seed) : model.Model;
            var training = new SectionTraining(recipe, from, model.Tokens, texts, labels, sections, seed);
            if (training.Trainer.Run(null, cancellation).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            return training.Classify(others);
        }
    }
}
