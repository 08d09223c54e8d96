using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 4. Each says what is right, or names the likely mistake.</summary>
public static class Exercise04
{
    private static readonly Lazy<float[]> s_normal = new(() =>
        [.. Vector<float>.Build.Random(200_000, 2017)]);

    private static readonly Question<Word, (Vector<float> Gain, Vector<float> Bias)> s_undo = new(WordsToKeep)
    {
        Fault = UndoFault,
        Say = x => $"the word {Values.Say(x.X)} and ε = {Values.Say(x.Epsilon)}",
    };

    private static readonly Question<float, double> s_halfWay = new(() =>
        Samples.Random(random => (float)Math.Pow(10, (7 * random.NextDouble()) - 7), count: 60).Prepend(1e-5f))
    {
        Right = epsilon => Math.Sqrt(epsilon / 3.0),
        Tolerance = 1e-6, // the answers themselves are small
        Say = epsilon => $"ε = {Values.Say(epsilon)}",
        Slips =
        [
            (epsilon => epsilon, "That is ε itself. ε is compared with a variance, so take a root."),
            (epsilon => Math.Sqrt(epsilon), "With σ² = ε the root is √(2ε), and 1/√2 = 0.71 is left, not one half."),
            (epsilon => Math.Sqrt(epsilon / 2.0), "With σ² = ε/2 the norm leaves 0.58, not one half. Solve " +
                "σ/√(σ² + ε) = 1/2 for σ: square both sides first."),
            (epsilon => epsilon / 3.0, "That is the variance. Asked is the standard deviation: take the root."),
            (epsilon => Math.Sqrt(3 * epsilon), "At √(3ε) the root is twice √ε, so 0.87 is left. Which side of the " +
                "equation does the 3 belong to?"),
            (epsilon => Math.Sqrt(epsilon) / 3, "The 3 belongs inside the root."),
        ],
    };

    private static readonly Question<Func<float, float>, double> s_gain = new(Bends)
    {
        Right = bend => GainOf(bend),
        Tolerance = 0.05, // it is measured on random numbers
        Say = bend => $"the bend that makes {Values.Say(bend(-1))} of -1 and {Values.Say(bend(1))} of 1",
        Slips =
        [
            (_ => 2.0, "Two is the gain of ReLU alone. Measure what the bend that you are given leaves."),
            (bend => 1 / GainOf(bend), "That is what the bend leaves of the mean square. The gain makes up for it: " +
                "divide 1 by that."),
            (bend => Math.Sqrt(GainOf(bend)), "You took a root. The gain is a factor of the variance: no root."),
            (bend => 1 / Math.Pow(s_normal.Value.Average(z => (double)bend(z)), 2), "You square the mean. Take the " +
                "mean of the squares."),
            (bend => 1 / s_normal.Value.Average(z => Math.Abs((double)bend(z))), "Square each number before you take " +
                "the mean."),
            (bend => s_normal.Value.Average(z => (double)bend(z) * bend(z)) is var square
                && Math.Pow(s_normal.Value.Average(z => (double)bend(z)), 2) is var mean ? 1 / (square - mean) : 0,
                "That is with the variance of what the bend leaves. The next map adds up squares, so it is the mean " +
                "square that counts, mean included."),
        ],
    };

    /// <summary>Exercise 1: a gain and a bias that give a word back as it was before the norm.</summary>
    /// <param name="undo">A word (d numbers) and ε to the gain and the bias (d each).</param>
    public static string CheckUndo(Func<Vector<float>, float, (Vector<float> Gain, Vector<float> Bias)> undo) =>
        Exercise.Run("04.1", s_undo, x => undo(x.X, x.Epsilon));

    /// <summary>Exercise 2: the standard deviation of a word of which the norm leaves half.</summary>
    public static string CheckHalfWay(Func<float, double> halfWay) => Exercise.Run("04.2", s_halfWay, halfWay);

    /// <summary>
    /// Exercise 3: the gain of a bend, 1 / E[f(z)²] for a normal z, and two gains that the reader found with it.
    /// </summary>
    /// <param name="gainOf">The experiment: a bend to its gain.</param>
    /// <param name="forGelu">The gain found for GELU.</param>
    /// <param name="forTanh">The gain found for the hyperbolic tangent.</param>
    public static string CheckGain(Func<Func<float, float>, double> gainOf, double forGelu, double forTanh)
    {
        Verdict experiment = s_gain.Judge(gainOf);
        return Exercise.Say("04.3", !experiment.IsRight ? experiment : new Verdict(
            Found("GELU", forGelu, GainOf(Gelu)) is { Length: > 0 } first
                ? first
                : Found("tanh", forTanh, GainOf(MathF.Tanh))));
    }

    /// <summary>Exercise 4: a feed-forward network that answers keys with values, and strangers with nothing.</summary>
    public static string CheckMemory(
        Func<Matrix<float>, Matrix<float>, float, (Matrix<float> W1, Vector<float> B1, Matrix<float> W2)> write) =>
        Exercise.Run("04.4", Exercise04Memory.Question, x => write(x.Keys, x.Values, x.Threshold));

    private static string UndoFault(Word word, (Vector<float> Gain, Vector<float> Bias) yours)
    {
        var (gain, bias) = yours;
        if (gain is null || bias is null) { return "Gain or bias is null."; }

        int d = word.X.Count;
        if (gain.Count != d || bias.Count != d)
        {
            return $"Gain and bias have a number per column: for a word of {d} numbers yours have {gain.Count} and " +
                $"{bias.Count}.";
        }

        float mean = word.X.Sum() / d, variance = (word.X - mean) * (word.X - mean) / d;
        Vector<float> got = Turn04Norm.Library(word.X.ToRowMatrix(), gain, bias, word.Epsilon).Row(0);
        string difference = Values.Difference(word.X, got, 2e-3);
        bool Flat(Vector<float> x, double value) =>
            x.All(v => Math.Abs(v - value) <= 1e-3 * Math.Max(1, Math.Abs(value)));
        return difference.Length == 0 ? ""
            : got.Any(value => !float.IsFinite(value)) ? "There is a NaN or an infinity in your gain or bias."
            : Flat(gain, 1) && Flat(bias, 0) ? "Gain 1 and bias 0 are what a norm begins with: nothing is undone yet."
            : Flat(gain, variance) ? "Your gain is the variance. The norm divided by a root: multiply by the root."
            : Flat(gain, 1 / MathF.Sqrt(variance + word.Epsilon)) ? "Your gain divides by the root once more. The " +
                "norm has divided by it already: multiply."
            : Flat(bias, -mean) ? "Your bias takes the mean away once more. Give it back: add it."
            : Flat(bias, 0) ? "The gain does something. But the norm has also taken the mean away: the bias must " +
                "give it back."
            : Flat(gain, 1) ? "The bias gives the mean back. But the norm has also divided: the gain must undo that."
            : Flat(bias, mean) && Flat(gain, MathF.Sqrt(variance)) ? "Nearly: the norm divided by √(σ² + ε), and " +
                $"your gain is σ. For ε = {Values.Say(word.Epsilon)} that shows."
            : Flat(bias, mean) && (Flat(gain, MathF.Sqrt((variance * d / (d - 1)) + word.Epsilon))
                || Flat(gain, MathF.Sqrt(variance * d / (d - 1)))) ? "Your variance is divided by d - 1. The norm " +
                "divides by d, so the gain must too."
            : $"For the word {Values.Say(word.X)} and ε = {Values.Say(word.Epsilon)} the norm with your gain and " +
                $"bias returns something else: {difference}.";
    }

    private static string Found(string name, double yours, double right) =>
        Math.Abs(yours - right) <= 0.06 * right ? ""
        : $"Your experiment is right, but for {name} you wrote {Values.Say(yours)}. Let the experiment say it: " +
            $"call it with {name}.";

    private static float Gelu(float x) => Activations.Gelu(Matrix<float>.Build.Dense(1, 1, x))[0, 0];

    private static double GainOf(Func<float, float> bend) =>
        1 / s_normal.Value.Average(z => (double)bend(z) * bend(z));

    private static IEnumerable<Func<float, float>> Bends()
    {
        yield return x => Math.Max(0, x);
        foreach (float slope in new[] { 0, 0.1f, 0.25f, 0.5f, 1, -1 })
        {
            yield return x => x < 0 ? slope * x : x;
        }

        yield return MathF.Tanh;
        yield return x => Math.Clamp(x, -1, 1);
        yield return x => x / (1 + MathF.Exp(-x));
        yield return x => 2 * x;
        yield return x => MathF.Max(0.5f, x);
        foreach (var bend in Samples.Random(Bend, 50)) { yield return bend; }
    }

    /// <summary>A line that turns at a place of its own.</summary>
    private static Func<float, float> Bend(Random random)
    {
        float slope = (2 * random.NextSingle()) - 1, kink = (2 * random.NextSingle()) - 1,
            scale = 0.5f + random.NextSingle();
        return x => scale * (x < kink ? slope * x : x);
    }

    private static IEnumerable<Word> WordsToKeep()
    {
        yield return new(Vector<float>.Build.DenseOfArray([1, 7, 7, 9]), 1e-5f);
        foreach (Word word in Samples.Random(random => new Word(
            Samples.Vector(random, random.Next(2, 9), 4) + (6 * random.NextSingle()),
            new[] { 1e-5f, 0.1f, 1 }[random.Next(3)])))
        {
            yield return word;
        }
    }

    private sealed record Word(Vector<float> X, float Epsilon) : IInput
    {
        public object Data => X;
    }
}
