using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 4, dropout. Which numbers are dropped is chance, so an answer is judged by what is true of every right one:
/// how many are dropped, what becomes of the others, and that chance comes from the random that was given.
/// </summary>
internal static class Turn04Dropout
{
    private const string FromRandom = "Draw from the random that is given.";

    /// <summary>Two calls with one random, and a call with a new one of the same seed.</summary>
    internal sealed record Answer(Matrix<float> First, Matrix<float> Second, Matrix<float> Again);

    /// <summary>What dropout is given. No number of x is zero.</summary>
    internal sealed record Input(Matrix<float> X, float P, int Seed) : IInput
    {
        public object Data => X;

        public Answer Try(Turn04.Drop code)
        {
            Random random = new(Seed), again = new(Seed);
            return new(Call(random), Call(random), Call(again));

            Matrix<float> Call(Random chance) => code(X, P, chance) ?? throw new Hint("Your dropout returns null.");
        }
    }

    public static Question<Input, Answer> Question { get; } = new(Inputs)
    {
        Fault = Fault,
        Say = x => $"{Values.Say(x.X)} and p = {Values.Say(x.P)}",
    };

    public static Matrix<float> Library(Matrix<float> x, float p, Random random) => Matrix<float>.Build.DenseOfRowMajor(
        x.RowCount, x.ColumnCount,
        Op.Dropout(new Tensor(x.ToRowMajorArray(), x.RowCount, x.ColumnCount), p, random).Data);

    private static string Fault(Input input, Answer answer)
    {
        Matrix<float> x = input.X, y = answer.First;
        float p = input.P;
        if ((y.RowCount, y.ColumnCount) != (x.RowCount, x.ColumnCount))
        {
            return $"Dropout keeps the shape: for {Shapes.Of(x)} you return {Shapes.Of(y)}.";
        }

        if (y.Enumerate().Any(value => !float.IsFinite(value))) { return "There is a NaN or an infinity."; }

        if (p == 0)
        {
            return Values.Difference(x, y, 1e-4).Length == 0 ? "" : "With p = 0 nothing is dropped, and x must come " +
                "back as it is.";
        }

        int all = x.RowCount * x.ColumnCount, dropped = y.Enumerate().Count(value => value == 0);
        return SizeFault(x, y, p, dropped) is { Length: > 0 } size ? size
            : all < 100 ? ""
            : CountFault((double)dropped / all, p, 5 * Math.Sqrt(p * (1 - p) / all)) is { Length: > 0 } count ? count
            : PatternFault(y) is { Length: > 0 } pattern ? pattern
            : Same(y, answer.Second) ? "Two calls drop the same numbers. A new Random inside your function starts " +
                $"anew each time. {FromRandom}"
            : !Same(y, answer.Again) ? $"The same seed drops other numbers the second time. {FromRandom}"
            : "";
    }

    private static string SizeFault(Matrix<float> x, Matrix<float> y, float p, int dropped)
    {
        int all = x.RowCount * x.ColumnCount;
        if (Values.Difference(x, y, 1e-5).Length == 0 && all >= 100) { return "Nothing is dropped: x comes back."; }

        if (dropped == all) { return all >= 100 ? "Every number is 0." : ""; }

        float[] factors =
            [.. x.Enumerate().Zip(y.Enumerate()).Where(pair => pair.Second != 0)
                .Select(pair => pair.Second / pair.First)];
        float factor = factors[0], right = 1 / (1 - p);
        bool Is(float value) => Math.Abs(factor - value) <= 1e-3 * value;
        bool swapped = all >= 100 && Math.Abs(((double)dropped / all) - (1 - p)) < 0.05 && Math.Abs(p - 0.5) > 0.1;
        return factors.Max() - factors.Min() > 1e-3 * Math.Abs(factor)
            ? "The numbers that stay are not all multiplied by the same factor. Each is divided by 1 - p."
            : Is(right) ? ""
            : swapped ? Swapped
            : Is(1) ? "The numbers that stay come back as they were. Divide them by 1 - p, so that the expectation " +
                "stays what it was."
            : Is(1 - p) ? "You multiply by 1 - p. Divide by it: what stays must stand in for what is dropped."
            : Is(1 / p) ? "You divide by p. Divide by 1 - p, the probability to stay."
            : $"What stays is multiplied by {Values.Say(factor)}, but for p = {Values.Say(p)} it should be divided " +
                $"by 1 - p, which multiplies it by {Values.Say(right)}.";
    }

    private const string Swapped = "p is the probability to be dropped. Yours is the probability to stay.";

    private static string CountFault(double share, float p, double margin) =>
        Math.Abs(share - p) <= margin ? ""
        : Math.Abs(share - (1 - p)) <= margin ? Swapped
        : share == 0 ? "Nothing is dropped."
        : $"You drop {100 * share:F0} % of the numbers, but with p = {Values.Say(p)} it should be about " +
            $"{100 * p:F0} %.";

    private static string PatternFault(Matrix<float> y)
    {
        static bool Whole(IEnumerable<Vector<float>> lines) =>
            lines.All(line => line.All(value => value == 0) || line.All(value => value != 0));
        return Whole(y.EnumerateRows())
            ? "You drop whole words: a row is either all zero or untouched. Draw anew for each number."
            : Whole(y.EnumerateColumns())
            ? "You drop the same columns of every word. Draw anew for each number."
            : "";
    }

    private static bool Same(Matrix<float> left, Matrix<float> right) =>
        Values.Difference(left, right, 0).Length == 0;

    private static IEnumerable<Input> Inputs()
    {
        yield return Of(new Random(1), 24, 32, 0.3f);
        foreach (Input input in Samples.Random(
            random => Of(
                random, random.Next(12, 40), random.Next(12, 40), new[] { 0.1f, 0.2f, 0.5f, 0.75f }[random.Next(4)]),
            count: 60))
        {
            yield return input;
        }

        yield return Of(new Random(2), 3, 4, 0);
        yield return Of(new Random(3), 1, 1, 0.5f);
    }

    private static Input Of(Random random, int rows, int columns, float p) => new(
        Samples.Matrix(random, rows, columns).Map(v => v + (v < 0 ? -0.1f : 0.1f), Zeros.Include), p, random.Next());
}
