using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Chapter 6, exercise 2: claimed derivatives, some of them wrong, to be told by trying.</summary>
internal static class Exercise06Judge
{
    /// <summary>What a case is: a function, what is claimed of it, and whether the claim is true.</summary>
    internal sealed record Case(string Name, Func<double, double> F, Func<double, double> Claimed, bool IsTrue) : IInput
    {
        public object Data => (F, Claimed);
    }

    private static readonly double[] s_places = [-2.3, -1.6, -0.9, -0.2, 0.2, 0.9, 1.6, 2.3];

    public static Question<Case, bool> Question { get; } = new(JudgeInputs)
    {
        Fault = (x, said) => said == x.IsTrue ? ""
            : $"For {x.Name} you say that it is {(said ? "right" : "wrong")}, and it is not.",
        Say = x => x.Name,
        Patience = TimeSpan.FromSeconds(5),
        Slips =
        [
            (_ => true, "You believe everybody. Some of the claims are wrong."),
            (_ => false, "You believe nobody. Some of the claims are right. Even a true claim differs from a " +
                "difference by rounding, and the more, the smaller the step: the best step is near ∛ε, about 6e-6, " +
                "and five equal digits are enough."),
            (x => Off(x, [0.2, 0.9, 1.6, 2.3]) < 1e-5, "You try positive numbers only. Some claims are wrong on the " +
                "other side of 0: try many places, on both sides."),
            (x => Off(x, [-2.3, -1.6, -0.9, -0.2]) < 1e-5, "You try negative numbers only. Some claims are wrong on " +
                "the other side of 0: try many places, on both sides."),
            (x => Off(x, s_places) < 0.1, "You forgive too much: a claim that is wrong by some per cent passes. " +
                "Differences in double precision are good for five digits and more."),
            (x => s_places.Max(p => Math.Abs(x.F(p + 0.5) - x.F(p - 0.5) - x.Claimed(p))) < 0.01,
                "Your step is so large that the curve bends within it, and a true claim looks wrong. The best one " +
                "is near ∛ε, about 6e-6."),
            (x => Math.Abs(s_places.Average(p => ((x.F(p + 1e-5) - x.F(p - 1e-5)) / 2e-5) - x.Claimed(p))) < 1e-5,
                "You take the mean of the differences with their signs, and they cancel. Take the largest, without " +
                "its sign."),
        ],
    };

    /// <summary>The largest error of the claim at some places, by a two-sided difference.</summary>
    private static double Off(Case x, double[] places) =>
        places.Max(p => Math.Abs(((x.F(p + 6e-6) - x.F(p - 6e-6)) / 1.2e-5) - x.Claimed(p)));

    private static IEnumerable<Case> JudgeInputs()
    {
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        static double Bell(double x) => Math.Exp(-x * x / 2);
        (string Name, Func<double, double> F, Func<double, double> Slope)[] all =
        [
            ("tanh x", Math.Tanh, x => 1 - (Math.Tanh(x) * Math.Tanh(x))),
            ("the sigmoid", Sigmoid, x => Sigmoid(x) * (1 - Sigmoid(x))),
            ("x · sigmoid(x)", x => x * Sigmoid(x), x => Sigmoid(x) * (1 + (x * (1 - Sigmoid(x))))),
            ("ln(1 + eˣ)", x => Math.Log(1 + Math.Exp(x)), Sigmoid),
            ("x²", x => x * x, x => 2 * x),
            ("x³", x => x * x * x, x => 3 * x * x),
            ("√(1 + x²)", x => Math.Sqrt(1 + (x * x)), x => x / Math.Sqrt(1 + (x * x))),
            ("e^(-x²/2)", Bell, x => -x * Bell(x)),
            ("sin x", Math.Sin, Math.Cos),
            ("x / (1 + |x|)", x => x / (1 + Math.Abs(x)), x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)))),
        ];
        var random = new Random(2017);
        foreach (var (name, f, slope) in all)
        {
            for (int i = 0; i < 9; i++)
            {
                double a = 0.5 + random.NextDouble(), c = (2 * random.NextDouble()) - 1;
                double F(double x) => (a * f(x)) + c;
                double True(double x) => a * slope(x);
                Func<double, double> claimed = i switch
                {
                    0 or 1 or 2 => True,
                    3 => slope, // the factor in front is forgotten
                    4 => x => -True(x),
                    5 => x => x > 0 ? True(x) : 0,
                    6 => x => 1.03 * True(x),
                    7 => x => x < 0 ? True(x) : True(x) + 0.05,
                    _ => x => True(x) + (0.05 * Math.Sign(x)),
                };
                yield return new Case(
                    string.Create(CultureInfo.InvariantCulture, $"f(x) = {a:F2} · {name} {(c < 0 ? "-" : "+")} " +
                        $"{Math.Abs(c):F2}, claim {i + 1}"), F, claimed, i < 3);
            }
        }
    }
}
