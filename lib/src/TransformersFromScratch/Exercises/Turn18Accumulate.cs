using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 18, accumulation: the mean of the parts' gradients, weighted by their tokens.</summary>
internal static class Turn18Accumulate
{
    public static Question<(Vector<float>[] Gradients, int[] Tokens), Vector<float>> Question { get; } = new(Inputs)
    {
        Right = Library,
        Say = x => $"{x.Gradients.Length} parts of {Values.Say(x.Tokens)} tokens",
        Slips =
        [
            (x => Sum(x, _ => 1f / x.Tokens.Length), "That is the plain mean of the parts. A part of 3 tokens then " +
                "counts as much as one of 300. Weigh each by its tokens."),
            (x => Sum(x, _ => 1), "That is the plain sum. Each part is a mean already: weigh it by its tokens, and " +
                "divide by all tokens."),
            (x => Sum(x, tokens => tokens), "Divide by the number of all tokens at the end."),
            (x => Sum(x, tokens => tokens / (float)x.Tokens.Length), "You divide by the number of parts. Divide by " +
                "the number of all tokens."),
            (x => Sum(x, tokens => tokens / x.Tokens.Sum()), "tokens / all is a division of whole numbers, and " +
                "gives 0. Make one of them a float."),
            (x => Sum(x, tokens => (1f / tokens) / x.Tokens.Sum(each => 1f / each)), "You weigh the wrong way " +
                "round: a part with more tokens counts more, not less."),
            (x => Sum(x, tokens => 1f / x.Tokens.Sum()), "You divide by all tokens, but never multiply a part by its " +
                "own. Its gradient is that of a mean."),
            (x => x.Gradients[^1], "That is the last part alone: add the parts up."),
        ],
        Symptoms =
        [
            ((x, y) => y.Count != x.Gradients[0].Count, "The answer must have as many numbers as each gradient."),
        ],
    };

    /// <summary>Σ n_i g_i / Σ n_i.</summary>
    public static Vector<float> Library((Vector<float>[] Gradients, int[] Tokens) x) =>
        Sum(x, tokens => tokens / (float)x.Tokens.Sum());

    private static Vector<float> Sum((Vector<float>[] Gradients, int[] Tokens) x, Func<int, float> weight) =>
        x.Gradients.Zip(x.Tokens, (gradient, tokens) => gradient * weight(tokens)).Aggregate((a, b) => a + b);

    private static IEnumerable<(Vector<float>[], int[])> Inputs() => Samples.Random(random =>
    {
        int parts = random.Next(2, 6), width = random.Next(1, 6);
        return (Enumerable.Range(0, parts).Select(_ => Samples.Vector(random, width)).ToArray(),
            Enumerable.Range(0, parts).Select(i => (20 * i) + random.Next(1, 20)).ToArray());
    });
}
