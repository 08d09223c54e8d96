namespace TransformersFromScratch;

/// <summary>
/// Chapter 5, exercise 2: a post-norm layer that multiplies the word by α before it adds,
/// <c>LN(α x + Sublayer(x))</c>. How large must α be so that a share of the word is left?
/// </summary>
internal static class Exercise05Weight
{
    /// <summary>What a fresh attention and a fresh network add to the mean square, as the chapter derives.</summary>
    private const double Attention = 1, Network = 0.32;

    public static Question<(double Share, int Layers), double> Question { get; } = new(Inputs)
    {
        Right = x => Smallest(x, Left),
        Tolerance = 1e-3,
        Say = x => FormattableString.Invariant($"a share of {x.Share:0.###} after {x.Layers} layer") +
            (x.Layers == 1 ? "" : "s"),
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (_ => 1, "It returns 1 always. That is the paper's layer, which forgets."),
            (x => Smallest(x, (a, layers) => Math.Pow(Keeps(a, Attention), layers)),
                "You count the attention alone. A layer has a second sublayer, and the word passes its norm too."),
            (x => Smallest(x, (a, layers) => Math.Pow(Keeps(a, Network), layers)),
                "You count the network alone. A layer has an attention before it, and the word passes its norm too."),
            (x => Smallest(x, (a, layers) => Math.Pow(Keeps(a, Attention), 2 * layers)),
                "You let both sublayers add 1. A fresh network adds less: 0.32."),
            (x => Smallest(x, (a, _) => Left(a, 1)), "That is the α for one layer. The word passes all of them."),
            (x => Smallest(x, (a, layers) => Math.Sqrt(Left(a, layers))),
                "You take the layers for sublayers. A layer has two."),
            (x => Smallest(x, (a, layers) => Math.Pow(Left(a, layers), 2)),
                "That is the share of the mean square. The share of the word is a ratio of lengths: take the root."),
            (x => Smallest(x, (a, layers) => 1 - (layers * (1 - Left(a, 1)))),
                "You add up what the layers take away. Each takes its share of what is left: the shares multiply."),
            (x => Smallest((1 - x.Share, x.Layers), Left), "That is the α at which the share is lost. It is to " +
                "be left."),
            (x => Math.Pow(Smallest(x, Left), 2), "That is the square of α."),
            (x => 1 / Smallest(x, Left), "That is one over α: what the sublayer would be multiplied by, if the word " +
                "were left as it is."),
            (x => Smallest(x, (a, layers) => Math.Pow(a / Math.Sqrt((a * a) + Attention + Network), layers)),
                "You add both sublayers and norm once. Post-norm has a norm after each of the two."),
        ],
        Symptoms = [((_, y) => !(y > 0), "α is above 0.")],
    };

    /// <summary>What a sublayer and its norm leave of the word, as a share of its length.</summary>
    private static double Keeps(double alpha, double adds) => alpha / Math.Sqrt((alpha * alpha) + adds);

    private static double Left(double alpha, int layers) =>
        Math.Pow(Keeps(alpha, Attention) * Keeps(alpha, Network), layers);

    /// <summary>The α at which what is left, which grows with α, is the share; by halving on the logarithm.</summary>
    private static double Smallest((double Share, int Layers) x, Func<double, int, double> left)
    {
        double low = 1e-6, high = 1e6;
        for (int i = 0; i < 80; i++)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = left(middle, x.Layers) < x.Share ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static IEnumerable<(double, int)> Inputs() => Samples.Random(
        random => (Math.Round(0.02 + (0.96 * random.NextDouble()), 3), random.Next(1, 97)), count: 80)
        .Prepend((0.3, 1)).Prepend((0.5, 24)).Prepend((0.1, 5));
}
