using Model = System.Func<
    TransformersFromScratch.TokenBatch, TransformersFromScratch.TokenBatch, TransformersFromScratch.Tensor>;
using Pairs = (int[] Source, int[] Target)[];

namespace TransformersFromScratch;

/// <summary>
/// Chapter 8, the loss of a batch: shifted, padded, and padding left out. Tried on batches of unequal sentences and a
/// model that can be followed.
/// </summary>
internal static class Turn08Loss
{
    private const int Tokens = 9;

    /// <summary>The loss, and the size of the gradient that comes back from it.</summary>
    public static Question<Batch, (double Loss, double Gradient)> Question { get; } = new(() =>
        Samples.Random(random => new Batch(Draw(random, random.Next(1, 6)), random.Next()), count: 100)
            .Prepend(new Batch([([3, 4, 5], [5, 4, 3]), ([6], [6])], 1)))
    {
        Right = batch => batch.Run(Library),
        Say = batch => $"{batch.Pairs.Length} pair{(batch.Pairs.Length == 1 ? "" : "s")} with answers of " +
            $"{string.Join(", ", batch.Pairs.Select(pair => pair.Target.Length))} tokens",
        Slips =
        [
            (By((_, _) => new Tensor([0f])), "It is 0 so far, and no model was asked."),
            (By((model, pairs) => Of(model, pairs, reads: Says)), "The decoder reads the very token that it has to " +
                "say. What it reads is shifted right: <s>, then the answer."),
            (By((model, pairs) => Of(model, pairs, ignore: Op.NoTarget)), "Padding counts in your loss. A place that " +
                "is filled up asks for nothing: give Op.CrossEntropy ignore: Vocabulary.Padding."),
            (By((model, pairs) => Of(model, pairs, says: Reads)), "At each place the decoder has to say what it " +
                "reads. It should say the next token: the answer, then </s>."),
            (By((model, pairs) => Of(model, pairs, y => [Vocabulary.Start, .. y[..^1]], y => y)), "The model never " +
                "has to say </s>, so it would never learn to stop. What it says ends with </s>."),
            (By((model, pairs) => Of(model, [.. pairs.Select(pair => (pair.Source, pair.Source))])), "The model is " +
                "asked to say the source. It should say the target."),
            (By((model, pairs) => Of(model, [.. pairs.Select(pair => (pair.Target, pair.Source))])), "Source and " +
                "target have changed places."),
            (By((model, pairs) => Sum(model, pairs, each => 1f / pairs.Length)), "You average over sentences. Then a " +
                "token of a short sentence counts for more than one of a long sentence. Average over all tokens of " +
                "the batch."),
            (By((model, pairs) => Sum(model, pairs, each => each.Length + 1)), "That is the sum over the tokens. " +
                "Return their mean: otherwise the size of a step depends on the size of the batch."),
            (By((model, pairs) => Of(model, [pairs[0]])), "Only the first pair is in it."),
            (By((model, pairs) => Of(model, pairs, smoothing: 0.1f)), "That is the loss with label smoothing. Here " +
                "it is plain: leave labelSmoothing out."),
            (By((model, pairs) => Of(model, pairs).Detach()), "The number is right, but it has no way back: no " +
                "gradient reaches the model. Return the tensor itself, not a new one made of its number."),
        ],
        Symptoms =
            [((_, y) => y.Gradient == 0 && y.Loss != 0, "No gradient comes back from what you return.")],
    };

    /// <summary>The loss as it is.</summary>
    public static Tensor Library(Model model, Pairs pairs)
    {
        var batch = TranslationBatch.Of(pairs);
        return batch.Loss(model(batch.Source, batch.Input)).Loss;
    }

    private static int[] Reads(int[] y) => [Vocabulary.Start, .. y];

    private static int[] Says(int[] y) => [.. y, Vocabulary.End];

    private static Tensor Of(
        Model model, Pairs pairs, Func<int[], int[]>? reads = null, Func<int[], int[]>? says = null,
        int ignore = Vocabulary.Padding, float smoothing = 0)
    {
        TokenBatch Padded(IEnumerable<int[]> lines) => TokenBatch.Of([.. lines], Vocabulary.Padding);
        Tensor logits = model(
            Padded(pairs.Select(pair => pair.Source)), Padded(pairs.Select(pair => (reads ?? Reads)(pair.Target))));
        return Op.CrossEntropy(
            logits, Padded(pairs.Select(pair => (says ?? Says)(pair.Target))).Ids, smoothing, ignore);
    }

    private static Tensor Sum(Model model, Pairs pairs, Func<int[], float> weight) => pairs
        .Select(pair => Of(model, [pair]) * weight(pair.Target)).Aggregate((a, b) => a + b);

    private static Func<Batch, (double, double)> By(Func<Model, Pairs, Tensor> code) => batch => batch.Run(code);

    private static Pairs Draw(Random random, int count) => [.. Enumerable.Range(0, count)
        .Select(_ => (Ids(random, random.Next(1, 6)), Ids(random, random.Next(2, 7))))];

    private static int[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(3, Tokens))];

    /// <summary>Pairs, and a model whose logits at a place depend on all that a decoder may see there.</summary>
    internal sealed record Batch(Pairs Pairs, int Seed) : IInput
    {
        public object Data => Pairs;

        public (double Loss, double Gradient) Run(Func<Model, Pairs, Tensor> code)
        {
            var table = new Tensor(
                [.. Samples.Doubles(new Random(Seed), Tokens * Tokens).Select(x => (float)x)], Tokens, Tokens)
            { RequiresGradient = true };
            if (code((source, reads) => Logits(table, source, reads), Pairs) is not { } loss) { return default; }
            if (loss.Length != 1)
            {
                throw new Hint("A loss is a single number, but what you return has " + loss.Length + ".");
            }

            try { loss.Backward(); }
            catch (InvalidOperationException)
            {
                // Nothing leads back: the gradient is 0.
            }

            return (loss.Scalar, table.Gradient?.Data.Sum(x => Math.Abs((double)x)) ?? 0);
        }

        private static Tensor Logits(Tensor table, TokenBatch source, TokenBatch reads)
        {
            if (source.Sentences != reads.Sentences)
            {
                throw new Hint($"There are {source.Sentences} sources, but the decoder reads {reads.Sentences} " +
                    "lines. Each pair gives one of each.");
            }

            float[] seen = new float[reads.Ids.Length * Tokens];
            for (int b = 0; b < reads.Sentences; b++)
            {
                int ofSource = source.Ids.AsSpan(b * source.Length, source.Length).ToArray().Sum(), before = 0;
                for (int t = 0; t < reads.Length; t++)
                {
                    before = (3 * before) + reads.Ids[(b * reads.Length) + t];
                    for (int v = 0; v < Tokens; v++)
                    {
                        seen[(((b * reads.Length) + t) * Tokens) + v] =
                            MathF.Sin((before * (v + 1)) + (0.7f * ofSource));
                    }
                }
            }

            return Op.Embedding(table, reads.Ids, reads.Sentences, reads.Length)
                + new Tensor(seen, reads.Sentences, reads.Length, Tokens);
        }
    }
}
