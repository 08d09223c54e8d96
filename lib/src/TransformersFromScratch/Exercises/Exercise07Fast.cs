using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Chapter 7, exercise 4: models trained with the reader's schedule, half as long as the chapter's.</summary>
internal static class Exercise07Fast
{
    private const int Symbols = 10, Length = 8, Batch = 16, Width = 32, Heads = 4;

    /// <summary>How many steps there are, and below which loss the middle one of five models must end.</summary>
    public const int Steps = 150;

    /// <summary>A third of what the chapter's own schedule comes to in as many steps.</summary>
    public const double Wanted = 0.004;

    /// <summary>Whether the schedule gives learning rates at all; trained is afterwards.</summary>
    public static Question<long, double> Question { get; } = new(() => Enumerable.Range(1, Steps).Select(t => (long)t))
    {
        Fault = (step, rate) =>
            !double.IsFinite(rate) ? $"At step {step} your rate is no finite number. Steps are counted from 1."
            : rate < 0 ? $"At step {step} your rate is negative: that goes uphill."
            : rate > 1 ? $"At step {step} your rate is {Values.Say(rate)}. Adam moves every number of the model by " +
                "about that much; the weights themselves are smaller than 1."
            : "",
        Say = step => $"step {step}",
    };

    /// <summary>Trains five models, and says how they ended.</summary>
    public static Verdict Trained(Func<long, double> schedule)
    {
        if (Enumerable.Range(1, Steps).All(t => schedule(t) == 0))
        {
            return new Verdict("Your rate is 0 at every step: nothing moves.");
        }

        double[] ends;
        try { ends = [.. Enumerable.Range(71, 5).Select(seed => End(schedule, seed)).Order()]; }
        catch (DivergenceException) { return new Verdict("A training ended in numbers that are none. " + Shorter); }

        string all = string.Join(", ", ends.Select(x => x.ToString("F4", CultureInfo.InvariantCulture)));
        double sum = Enumerable.Range(1, Steps).Sum(t => schedule(t)), nothing = Math.Log(Symbols);
        return ends[2] < Wanted ? Verdict.Right
            : new Verdict(
                $"The five models end with the losses {all}; the middle one should be below {Values.Say(Wanted)}. "
                + (ends[2] > nothing - 0.3 && sum > 0.15 ? $"Near ln 10 = 2.30 nothing is known any more. {Shorter}"
                : sum < 0.3 ? $"All your rates add up to {Values.Say(sum)}, so no number can have gone far. Go " +
                    "higher, and longer."
                : schedule(Steps) > 0.5 * Enumerable.Range(1, Steps).Max(t => schedule(t))
                    ? "Your rate is still high at the end, so the last steps jump about the bottom. Let it fall."
                    : "Higher at the peak? Sooner there? Or lower at the end?"));
    }

    private const string Shorter = "The steps were too long for the means they rest on: a lower peak, or a longer " +
        "warm-up.";

    /// <summary>The mean loss of the last ten batches, which the model has never seen.</summary>
    public static double End(Func<long, double> schedule, int seed)
    {
        var random = new Random(seed);
        var embedding = new Embedding(Symbols, Width, random);
        Tensor positions = PositionalEncoding.SinusoidalTensor(Length, Width);
        EncoderLayer[] stack = [.. Enumerable.Range(0, 2)
            .Select(_ => new EncoderLayer(Width, Heads, 4 * Width, random))];
        var scores = new Linear(Width, Symbols, random);
        var adam = new Adam(
            [.. embedding.Parameters("embedding"), .. stack.SelectMany((layer, i) => layer.Parameters($"layers.{i}")),
                .. scores.Parameters("scores")], learningRate: 0, 0.9, 0.98, 1e-9);
        var trainer = new Trainer(adam, step =>
        {
            int[] digits = [.. Enumerable.Range(0, Batch * Length).Select(_ => step.Random.Next(Symbols))];
            int[] backwards = [.. digits.Chunk(Length).SelectMany(sequence => sequence.Reverse())];
            Tensor x = embedding.Forward(new TokenBatch(digits, Batch, Length)) + positions;
            foreach (EncoderLayer layer in stack) { x = layer.Forward(x); }

            return new BatchLoss(Op.CrossEntropy(scores.Forward(x), backwards), backwards.Length);
        }, new TrainingOptions
        {
            Steps = Steps, Schedule = schedule, MaxGradientNorm = 0, Seed = seed, ReportEvery = TimeSpan.FromHours(1),
        });
        trainer.Run();
        return trainer.MeanLoss(10);
    }
}
