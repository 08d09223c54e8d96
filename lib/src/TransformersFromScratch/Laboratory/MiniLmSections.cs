using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>
/// The experiment of chapter 17: how many labelled texts it takes to sort packages into sections for
/// all-MiniLM-L6-v2, and how much of it has to learn. What is not said here is as in the chapter: the first thirty
/// words of a text, the mean of its rows, a linear map to the sections.
/// </summary>
public sealed class MiniLmSections
{
    /// <summary>What learns, as data/minilm-sections.tsv calls it.</summary>
    public const string HeadAlone = "head alone", LowRank = "LoRA", LastLayer = "last layer", Everything = "everything";

    private const int Words = 30, Batch = 16, Rank = 4, HeadSteps = 60;
    private const float Alpha = 8;
    private const double HeadRate = 0.01;

    /// <summary>What <see cref="TryRate"/> takes: as many labels and steps as the chapter's trainings.</summary>
    private const int RateLabels = 60, RateSteps = 16;

    private readonly PackageTexts _packages;
    private readonly PublishedTokenizer _tokens;
    private readonly Bert _model;
    private readonly Dictionary<string, float[]> _means = [];

    /// <summary>Loads the model.</summary>
    /// <param name="packages">The texts.</param>
    /// <exception cref="FileNotFoundException">The package of the weights is not on this machine.</exception>
    public MiniLmSections(PackageTexts packages)
    {
        Pretrained model = Pretrained.MiniLM();
        (_packages, _tokens, _model) = (packages, model.Tokens!, model.Bert!);
    }

    /// <summary>All that data/minilm-sections.tsv has, the quickest first.</summary>
    /// <param name="seeds">How many seeds.</param>
    public static IEnumerable<(string Method, int Labels, int Seed)> Trials(int seeds) =>
    [
        .. from labels in SectionLab.Counts from seed in Enumerable.Range(1, seeds) select (HeadAlone, labels, seed),
        .. from labels in new[] { SectionLab.Compared, 600 }
           from seed in Enumerable.Range(1, seeds)
           from method in new[] { LowRank, LastLayer, Everything }
           select (method, labels, seed),
    ];

    /// <summary>All that data/minilm-rates.tsv has: four rates for each method that has one.</summary>
    /// <param name="seeds">How many seeds.</param>
    public static IEnumerable<(string Method, double Rate, int Seed)> RateTrials(int seeds) =>
        from seed in Enumerable.Range(1, seeds)
        from method in new[] { LowRank, LastLayer, Everything }
        from rate in method == LowRank ? new[] { 3e-4, 1e-3, 4e-3, 1e-2 } : [1e-5, 2e-5, 5e-5, 2e-4]
        select (method, rate, seed);

    /// <summary>
    /// The highest learning rate of what learns below the head: the best of data/minilm-rates.tsv; 0 where nothing
    /// does.
    /// </summary>
    public static double RateOf(string method) =>
        method switch { HeadAlone => 0, LowRank => 1e-3, Everything => 2e-5, _ => 5e-5 };

    /// <summary>How many steps a training has: each text is read three times, and 32 steps are the least.</summary>
    public static int StepsOf(int labels) => Math.Max(32, 3 * labels / Batch);

    /// <summary>Learns from some labelled texts, and sorts those of the test.</summary>
    /// <param name="method">What learns: one of the names above.</param>
    /// <param name="labels">From how many texts.</param>
    /// <param name="seed">Of the choice of texts, and of all that is random in learning.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public SectionRun Run(string method, int labels, int seed, CancellationToken cancellation = default)
    {
        IReadOnlyList<PackageText> learned = SectionLab.Drawn(_packages.Labelled, labels, seed);
        return Run(method, RateOf(method), StepsOf(labels), learned, _packages.Test, seed, cancellation);
    }

    /// <summary>
    /// Learns at one rate as the chapter does, from 60 texts in 16 steps, and sorts texts that are neither among those
    /// nor in the test: the <see cref="SectionLab.Validation"/> that chapter 13 keeps aside, too.
    /// </summary>
    /// <param name="method">What learns: LoRA, the last layer, or everything.</param>
    /// <param name="rate">The highest learning rate, of the head too.</param>
    /// <param name="seed">Of the choice of texts, and of all that is random in learning.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public SectionRun TryRate(string method, double rate, int seed, CancellationToken cancellation = default)
    {
        PackageText[] judges = [.. _packages.Labelled.Take(SectionLab.Validation)],
            known = [.. _packages.Labelled.Skip(SectionLab.Validation)];
        IReadOnlyList<PackageText> learned = SectionLab.Drawn(known, RateLabels, seed);
        return Run(method, rate, RateSteps, learned, judges, seed, cancellation);
    }

    private SectionRun Run(
        string method, double rate, int steps, IReadOnlyList<PackageText> learned, IReadOnlyList<PackageText> tested,
        int seed, CancellationToken cancellation)
    {
        int[] classes = [.. learned.Select(one => one.Class)];
        int[][] ids = [.. learned.Select(one => Encode(one.Text))];
        Tensor means = Stored(method == HeadAlone ? [.. learned, .. tested] : learned, cancellation, learned.Count);
        long start = Stopwatch.GetTimestamp();
        Linear head = HeadOn(means, classes, seed, cancellation);
        Bert model = _model;
        if (method != HeadAlone)
        {
            model = Pretrained.MiniLM().Bert!;
            Train(model, Learned(method, model, seed), head, ids, classes, (rate, steps), seed, cancellation);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Tensor test = method == HeadAlone
            ? Stored(tested, cancellation, tested.Count)
            : Means(model, [.. tested.Select(one => Encode(one.Text))], cancellation);
        using var quiet = Tape.NoGradient();
        Tensor scores = head.Forward(test);
        int right = tested.Index().Count(one =>
            Greedy.Best(scores.Data.AsSpan(one.Index * head.Outputs, head.Outputs)) == one.Item.Class);
        return new SectionRun(method, learned.Count, seed, rate, right, tested.Count, seconds);
    }

    private int[] Encode(string text) =>
        [.. _tokens.Sentence(string.Join(' ', text.Split(' ').Take(Words))).Take(_model.Config.Positions)];

    /// <summary>The means of texts by the model as it is; each is computed once.</summary>
    private Tensor Stored(IReadOnlyList<PackageText> texts, CancellationToken cancellation, int count)
    {
        string[] missing = [.. texts.Select(one => one.Text).Where(text => !_means.ContainsKey(text)).Distinct()];
        if (missing.Length > 0)
        {
            float[] rows = Means(_model, [.. missing.Select(Encode)], cancellation).Data;
            int d = _model.Config.DModel;
            foreach (var (i, text) in missing.Index()) { _means[text] = rows[(i * d)..((i + 1) * d)]; }
        }

        return new Tensor([.. texts.Take(count).SelectMany(one => _means[one.Text])], count, _model.Config.DModel);
    }

    private static Tensor Mean(Bert model, IReadOnlyList<int[]> ids)
    {
        TokenBatch batch = TokenBatch.Of(ids, model.Config.PaddingId);
        return model.Pool(model.Encode(batch), batch, Pooling.Mean);
    }

    private static Tensor Means(Bert model, int[][] ids, CancellationToken cancellation)
    {
        using var quiet = Tape.NoGradient();
        var workspace = new Workspace();
        var rows = new List<float>();
        foreach (int[][] part in ids.Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = workspace.BeginStep();
            rows.AddRange(Mean(model, part).Data);
        }

        return new Tensor([.. rows], ids.Length, model.Config.DModel);
    }

    private static Linear HeadOn(Tensor means, int[] classes, int seed, CancellationToken cancellation)
    {
        var head = new Linear(means.Shape[1], PackageText.Sections.Count, new SeededRandom(seed));
        Complete(
            new Trainer(
                new AdamW(head.Parameters("head"), HeadRate, weightDecay: 0.01),
                _ => BatchLoss.CrossEntropy(head.Forward(means), classes),
                new TrainingOptions { Steps = HeadSteps, Seed = seed }),
            cancellation);
        return head;
    }

    private static void Train(
        Bert model, IReadOnlyList<Parameter> learned, Linear head, int[][] ids, int[] classes,
        (double Rate, int Steps) how, int seed, CancellationToken cancellation) => Complete(
        new Trainer(
            new AdamW([.. learned, .. head.Parameters("head")], how.Rate),
            step =>
            {
                int[] batch = step.Random.GetItems([.. Enumerable.Range(0, ids.Length)], Batch);
                return BatchLoss.CrossEntropy(
                    head.Forward(Mean(model, [.. batch.Select(i => ids[i])])), [.. batch.Select(i => classes[i])]);
            },
            new TrainingOptions { Steps = how.Steps, Seed = seed }),
        cancellation);

    /// <summary>What learns of a model; the rest of it is frozen.</summary>
    private static IReadOnlyList<Parameter> Learned(string method, Bert model, int seed)
    {
        Parameter[] all = [.. model.BodyParameters()];
        if (method == Everything)
        {
            return [.. all.Where(one => one.Name == "tokens" || one.Name.StartsWith("layers.", StringComparison.Ordinal)
                || one.Name.StartsWith("tokens.", StringComparison.Ordinal))];
        }

        foreach (Parameter one in all) { one.Value.RequiresGradient = false; }

        if (method == LastLayer)
        {
            Parameter[] last = [.. model.Layers[^1].Parameters("last")];
            foreach (Parameter one in last) { one.Value.RequiresGradient = true; }

            return last;
        }

        var random = new SeededRandom(seed);
        return [.. model.Layers.SelectMany(layer => new[] { layer.Attention.Query, layer.Attention.Value })
            .SelectMany((map, i) => AddPair(map, i, random))];
    }

    private static Parameter[] AddPair(Linear map, int i, Random random)
    {
        Tensor a = new Linear(map.Inputs, Rank, random, bias: false).Weight;
        var b = new Tensor(map.Outputs, Rank) { RequiresGradient = true };
        map.Beside = x => Op.Scale(Op.Linear(Op.Linear(x, a), b), Alpha / Rank);
        return [new Parameter($"pairs.{i}.a", a), new Parameter($"pairs.{i}.b", b)];
    }

    private static void Complete(Trainer trainer, CancellationToken cancellation)
    {
        if (trainer.Run(null, cancellation).End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
