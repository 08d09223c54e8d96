using Code = System.Func<
    TransformersFromScratch.Without, TransformersFromScratch.Tensor,
    System.Func<TransformersFromScratch.Tensor, TransformersFromScratch.Tensor>,
    System.Func<TransformersFromScratch.Tensor, TransformersFromScratch.Tensor>, TransformersFromScratch.Tensor>;

namespace TransformersFromScratch;

/// <summary>Chapter 9, a sublayer with its residual, its norm or all of itself taken out.</summary>
internal static class Turn09Sublayer
{
    private static readonly Without[] s_parts =
        [Without.Nothing, Without.Residuals, Without.LayerNorm, Without.FeedForward, Without.CausalMask];

    public static Question<Input, double[]> Question { get; } = new(() => Samples.Random(random => new Input(
        s_parts[random.Next(s_parts.Length)], Floats(random, random.Next(1, 4) * 4), random.Next()), count: 100))
    {
        Right = input => input.Run(AblatedTransformer.Sublayer),
        Say = input => $"Without.{input.Part}",
        Slips =
        [
            (By((_, x, f, norm) => x), "The stream goes past the sublayer always. That is right for " +
                "Without.FeedForward alone."),
            (By((_, x, f, norm) => norm(x + f(x))), "It is the whole sublayer whatever is to be left out: look at " +
                "`without`."),
            (By((without, x, f, norm) => Cases(without, norm(x + f(x)), f(x), x + f(x), x)), "Without the residuals " +
                "the norm stays: norm(f(x))."),
            (By((without, x, f, norm) => Cases(without, norm(x + f(x)), x + f(x), norm(f(x)), x)), "Residuals and " +
                "norms have changed places."),
            (By((without, x, f, norm) => Cases(without, norm(x + f(x)), norm(f(x)), f(x), x)), "Without the norm the " +
                "residual stays: x + f(x)."),
            (By((without, x, f, norm) => Cases(without, norm(x + f(x)), norm(f(x)), x + f(x), norm(x))), "Without " +
                "the network its norm is skipped too: the stream x goes on unchanged."),
            (By((without, x, f, norm) => Cases(without, x + f(norm(x)), f(norm(x)), x + f(x), x)), "The norm stands " +
                "before the sublayer. That is pre-norm; the model of 2017 has norm(x + f(x))."),
            (By((without, x, f, norm) => Cases(without, norm(x) + f(x), norm(f(x)), x + f(x), x)), "Only x goes " +
                "through the norm. The sum does: norm(x + f(x))."),
            (By((without, x, f, norm) => without is Without.Nothing or Without.Residuals or Without.LayerNorm
                or Without.FeedForward ? AblatedTransformer.Sublayer(without, x, f, norm) : x), "Where something " +
                "else is missing, such as the causal mask, this sublayer is whole: norm(x + f(x))."),
        ],
    };

    private static Tensor Cases(Without without, Tensor whole, Tensor noResidual, Tensor noNorm, Tensor nothing) =>
        without switch
        {
            Without.Residuals => noResidual,
            Without.LayerNorm => noNorm,
            Without.FeedForward => nothing,
            _ => whole,
        };

    private static Func<Input, double[]> By(Code code) => input => input.Run(code);

    private static float[] Floats(Random random, int count) =>
        [.. Samples.Doubles(random, count).Select(x => (float)x)];

    /// <summary>
    /// A stream of rows of four numbers, and two functions in the place of a sublayer and a norm that no other order
    /// or choice of parts gives the same numbers with.
    /// </summary>
    internal sealed record Input(Without Part, float[] X, int Seed) : IInput
    {
        public object Data => X;

        public double[] Run(Code code)
        {
            var random = new Random(Seed);
            Tensor Drawn() => new(Floats(random, X.Length), 1, X.Length / 4, 4);
            Tensor ofLayer = Drawn(), ofNorm = Drawn();
            Tensor result = code(
                Part, new Tensor([.. X], 1, X.Length / 4, 4), x => Op.Tanh(x * 1.5f) + ofLayer,
                x => Op.Tanh(x) * 0.5f + ofNorm);
            return result is null ? null! : [.. result.Data.Select(x => (double)x)];
        }
    }
}
