using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Lengths = (int Length, int Width, double Base);
using LookingBack = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> Queries, MathNet.Numerics.LinearAlgebra.Matrix<float> Keys);

namespace TransformersFromScratch;

// Exercises 3 and 4: the reader builds something or finds something out.
public static partial class Exercise02
{
    private const int Places = 48, Many = 500, FewHands = 8;
    private static readonly Lazy<double> s_largestBase = new(LargestBase);

    private static readonly Question<(int Width, int HeadWidth), LookingBack> s_lookBack = new(
        () => Samples.Random(random => 8 << random.Next(4) is var width ? (width, 2 * random.Next(2, (width / 2) + 1))
            : default, 60).Prepend((128, 8)).Prepend((64, 64)).Prepend((64, 8)))
    {
        Fault = LookBackFault,
        Say = x => $"d = {x.Width} and d_k = {x.HeadWidth}",
    };

    private static readonly Question<Lengths, (double Distance, int Apart)> s_mostAlike = new(
        () => Samples.Random(random => (random.Next(2, 60), 2 * random.Next(1, 9), Math.Pow(10, random.Next(1, 7))), 60)
            .Prepend((Many, FewHands, 10_000.0)).Prepend((64, 8, 100.0)).Prepend((2, 2, 10_000.0)))
    {
        Right = x => MostAlike(x.Length, x.Width, x.Base),
        Tolerance = 1e-3,
        Say = x => $"{x.Length} places, d = {x.Width}, base {x.Base:0}",
        Slips =
        [
            (x => (0, 0), "The smallest distance you find is 0: you compare a row with itself."),
            (x => (MostAlike(x.Length, x.Width, x.Base).Distance, 1), "The distance is right, but the two places are " +
                "not always neighbours. Return how many places they are apart."),
            (x => (Distance(x, 1), 1), "You look at neighbours only. Two places far apart may be more alike."),
            (x => MostAlike(x.Length, x.Width, 10_000), "You use the base 10000 always. Take the base that your " +
                "function is given."),
            (x => MostAlike(x.Length, x.Width, x.Base) is var (distance, apart)
                    ? (distance * distance, apart) : default,
                "That is the square of the distance. Take the root, or L2Norm()."),
            (x => Enumerable.Range(1, x.Length - 1).Select(k => (Distance: Distance(x, k), k))
                    .MaxBy(one => one.Distance),
                "You look for the two places that differ most. Look for the smallest distance."),
            (x => MostAlike(x.Length + 1, x.Width, x.Base), "Places run from 0 to length - 1, so two of them are at " +
                "most length - 1 apart."),
        ],
        Symptoms = [((_, y) => y.Apart < 0, "How far two places are apart is no negative number.")],
    };

    /// <summary>
    /// Exercise 3: a head of d_k/2 hands that looks at the place before. Scores are
    /// <c>PE W^Q (PE W^K)ᵀ / √d_k</c>, for 48 places.
    /// </summary>
    /// <param name="lookBack">d and d_k, both even, to W^Q and W^K, each d×d_k.</param>
    public static string CheckLookBack(Func<int, int, (Matrix<float> Queries, Matrix<float> Keys)> lookBack) =>
        Exercise.Run("02.3", s_lookBack, x => lookBack(x.Width, x.HeadWidth));

    /// <summary>Exercise 4: which two places look most alike, and up to which base they are neighbours.</summary>
    /// <param name="mostAlike">
    /// The experiment: length, d and base to the smallest distance between two rows, and how far apart they are.
    /// </param>
    /// <param name="largestBase">
    /// The largest base at which the most alike of 500 places are neighbours, at d = 8, to within a tenth.
    /// </param>
    public static string CheckMostAlike(
        Func<int, int, double, (double Distance, int Apart)> mostAlike, double largestBase)
    {
        Verdict experiment = s_mostAlike.Judge(x => mostAlike(x.Length, x.Width, x.Base));
        return Exercise.Say("02.4", experiment.IsRight ? new Verdict(BaseFault(largestBase)) : experiment);
    }

    private static string BaseFault(double yours)
    {
        string asked = "The experiment is right. Now the last line: ";
        if (!(yours >= 10 && yours <= 1e6)) { return $"{asked}a base between 10 and 1,000,000 is asked."; }

        int apart = MostAlike(Many, FewHands, yours).Apart;
        string now = string.Create(
            CultureInfo.InvariantCulture, $"{asked}at a base of {yours:0} the most alike places are {apart} apart");
        return Math.Abs((yours / s_largestBase.Value) - 1) <= 0.1 ? ""
            : yours > s_largestBase.Value ? $"{now}, so the base is too large."
            : apart == 1 ? $"{now}, so it may be larger still."
            : $"{now}, but larger bases can make neighbours of them again. Go on.";
    }

    /// <summary>From 1,000,000 downwards, by a thousandth each.</summary>
    private static double LargestBase()
    {
        double frequencies = 1e6;
        while (MostAlike(Many, FewHands, frequencies).Apart != 1) { frequencies *= 0.999; }

        return frequencies;
    }

    private static (double Distance, int Apart) MostAlike(int length, int width, double frequencies) =>
        Enumerable.Range(1, length - 1).Select(k => (Distance: Distance((length, width, frequencies), k), Apart: k))
            .MinBy(one => one.Distance);

    /// <summary>Between any two rows that are k places apart: the length of the difference of d/2 hands.</summary>
    private static double Distance((int Length, int Width, double Base) x, int k) => Math.Sqrt(
        Enumerable.Range(0, x.Width / 2).Sum(i => 2 - (2 * Math.Cos(k * Math.Pow(x.Base, -2.0 * i / x.Width)))));

    private static string LookBackFault(
        (int Width, int HeadWidth) x, (Matrix<float> Queries, Matrix<float> Keys) yours)
    {
        string sizes = $"d = {x.Width} and d_k = {x.HeadWidth}";
        if (yours.Queries is null || yours.Keys is null) { return $"For {sizes} W^Q or W^K is null."; }

        if ((yours.Queries.RowCount, yours.Queries.ColumnCount) != (x.Width, x.HeadWidth)
            || (yours.Keys.RowCount, yours.Keys.ColumnCount) != (x.Width, x.HeadWidth))
        {
            return $"For {sizes}, W^Q and W^K are each d×d_k, {x.Width}×{x.HeadWidth}. Yours are " +
                $"{Shapes.Of(yours.Queries)} and {Shapes.Of(yours.Keys)}.";
        }

        if (yours.Queries.Enumerate().Concat(yours.Keys.Enumerate()).Any(number => !float.IsFinite(number)))
        {
            return $"For {sizes} there is a NaN or an infinite number in W^Q or W^K. A large finite one is enough.";
        }

        Matrix<float> places = PositionalEncoding.Sinusoidal(Places, x.Width);
        Matrix<float> weights =
            Attention.ScaledDotProduct(places * yours.Queries, places * yours.Keys, places).Weights;
        int weakest = Enumerable.Range(1, Places - 1).MinBy(place => weights[place, place - 1]);
        float share = weights[weakest, weakest - 1];
        int[] steps = [.. Enumerable.Range(1, Places - 2).Select(place => weights.Row(place).MaximumIndex() - place)];
        return share >= 0.9f ? ""
            : weights.Enumerate().Max() - weights.Enumerate().Min() < 1e-4f
                ? "All places look at all places alike. Is W^Q or W^K zero?"
            : Array.TrueForAll(steps, step => step == -1)
                ? $"The direction is right: every place looks most at the one before it. But for {sizes}, place " +
                    $"{weakest} gives it only {Percent(share)}. Longer queries decide more."
            : Array.TrueForAll(steps, step => step == 0)
                ? "Every place looks at itself. The queries are not turned yet: they must look like the keys of the " +
                    "place before."
            : Array.TrueForAll(steps, step => step == 1)
                ? "The places look at the one after them. Turn the queries the other way: PE · M₋₁ is PE one place " +
                    "back."
            : $"For {sizes}, place {weakest} gives the one before it {Percent(share)}; it looks most at place " +
                $"{weights.Row(weakest).MaximumIndex()}. Do your hands tell these two places apart?";
    }

    private static string Percent(double share) =>
        (100 * share).ToString("F0", CultureInfo.InvariantCulture) + " %";
}
