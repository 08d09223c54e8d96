namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise08Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Exact_match()
    {
        static string With(Func<int[], int[], double> one) =>
            Exercise08.CheckExactMatch((said, right) => said.Zip(right).Average(pair => one(pair.First, pair.Second)));
        static double Prefix(int[] said, int[] right) => said.Zip(right).All(pair => pair.First == pair.Second) ? 1 : 0;

        AssertSays("✓", With((said, right) => said.SequenceEqual(right) ? 1 : 0));
        AssertSays("0 so far", Exercise08.CheckExactMatch((_, _) => 0));
        AssertSays("not a percentage", With((said, right) => said.SequenceEqual(right) ? 100 : 0));
        AssertSays("too long or too short", With(Prefix));
        AssertSays(
            "number of sequences", Exercise08.CheckExactMatch(
                (said, right) => said.Zip(right).Count(pair => pair.First.SequenceEqual(pair.Second))));
        AssertSays("counted tokens", Exercise08.CheckExactMatch((said, right) =>
            (double)said.Zip(right).Sum(
                pair => pair.First.Zip(pair.Second).Count(t => t.First == t.Second)) / right.Sum(x => x.Length)));
        AssertSays("threw", Exercise08.CheckExactMatch((_, _) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Greedy_decoding()
    {
        static int[] Say(
            Func<int[], double[]> next, Func<double[], int>? best = null, bool start = true, bool stop = true,
            bool keepStart = false, bool keepEnd = false, bool all = true)
        {
            var read = new List<int> { Vocabulary.Start };
            while (true)
            {
                double[] scores = next(start ? all ? [.. read] : [Vocabulary.Start] : [.. read.Skip(1)]);
                int id = best is null ? Array.IndexOf(scores, scores.Max()) : best(scores);
                if (id == Vocabulary.End && stop)
                {
                    return [.. read.Skip(keepStart ? 0 : 1), .. keepEnd ? new[] { id } : []];
                }

                read.Add(id);
                if (!all) { return [.. read.Skip(1)]; }
            }
        }

        AssertSays("✓", Exercise08.CheckGreedy(next => Say(next)));
        AssertSays("Has the model been asked", Exercise08.CheckGreedy(_ => []));
        AssertSays("leave it out", Exercise08.CheckGreedy(next => Say(next, keepStart: true)));
        AssertSays("no part of it", Exercise08.CheckGreedy(next => Say(next, keepEnd: true)));
        AssertSays("does not stop", Exercise08.CheckGreedy(next => Say(next, stop: false)));
        AssertSays("begins with <s>", Exercise08.CheckGreedy(next => Say(next, start: false)));
        AssertSays("asked once", Exercise08.CheckGreedy(next => Say(next, all: false)));
        AssertSays("sees the last token alone", Exercise08.CheckGreedy(next =>
        {
            var said = new List<int>();
            for (int last = 1; last != Vocabulary.End && said.Count < 60;)
            {
                double[] scores = next(said.Count == 0 ? [Vocabulary.Start] : [Vocabulary.Start, last]);
                last = Array.IndexOf(scores, scores.Max());
                if (last != Vocabulary.End) { said.Add(last); }
            }

            return [.. said];
        }));
        AssertSays("Long answers are cut", Exercise08.CheckGreedy(next => [.. Say(next).Take(6)]));
        AssertSays(
            "goes on with", Exercise08.CheckGreedy(next => Say(next, scores => Array.IndexOf(scores, scores.Min()))));
        AssertSays(
            "Nothing is said", Exercise08.CheckGreedy(
                next => [.. next([Vocabulary.Start]).Where(score => score > 0).Select(_ => 1)]));
        AssertSays("search for the best with 0", Exercise08.CheckGreedy(next => Say(next, scores =>
        {
            var (best, highest) = (0, 0.0);
            for (int i = 0; i < scores.Length; i++)
            {
                if (scores[i] > highest) { (best, highest) = (i, scores[i]); }
            }

            return best;
        })));
    }

    [Fact]
    public void Mirror()
    {
        static double[,] Block(double omega, double c, int sign) => new[,]
        {
            { sign * Math.Cos(omega * c), Math.Sin(omega * c) }, { -sign * Math.Sin(omega * c), Math.Cos(omega * c) },
        };

        AssertSays("✓", Exercise08.CheckMirror((omega, c) => Block(omega, c, -1)));
        AssertSays("zeros so far", Exercise08.CheckMirror((_, _) => new double[2, 2]));
        AssertSays("about 0", Exercise08.CheckMirror((omega, _) => Block(omega, 0, -1)));
        AssertSays(
            "a rotation", Exercise08.CheckMirror(
                (omega, c) => new[,
                ] { { Math.Cos(omega * c), -Math.Sin(omega * c) }, { Math.Sin(omega * c), Math.Cos(omega * c) } }));
        AssertSays(
            "back by c", Exercise08.CheckMirror(
                (omega, c) => new[,
                ] { { Math.Cos(omega * c), Math.Sin(omega * c) }, { -Math.Sin(omega * c), Math.Cos(omega * c) } }));
        AssertSays("the answer is 2×3, but should be 2×2", Exercise08.CheckMirror((_, _) => new double[2, 3]));
    }
}
