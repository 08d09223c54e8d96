namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn08Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static string Greedily(Func<Func<int[], double[]>, int, int[]> code) =>
        Said(Turn08Greedy.Question.Judge(model => code(model.Next, model.Longest)));

    private static string Mirrored(Func<double, double, double[,]> code) =>
        Said(Turn08Mirror.Question.Judge(x => code(x.Omega, x.C)));

    private static string Said(Verdict verdict) => verdict.IsRight ? "✓" : verdict.IsEmpty ? "✎" : verdict.Words;

    [Fact]
    public void Right_versions_are_used()
    {
        Func<Func<TokenBatch, TokenBatch, Tensor>, (int[] Source, int[] Target)[], Tensor> loss = Turn08Loss.Library;
        Action<Optimizer, Func<Tensor>, Func<long, double>, double, long, Action<long, float>> loop =
            Turn08Loop.Library;
        Func<Func<int[], double[]>, int, int[]> greedy = Turn08Greedy.Library;
        Func<double, double, double[,]> mirror = (omega, c) => Turn08Mirror.Library((omega, c));
        Assert.Same(loss, Turn08.Loss(loss));
        Assert.Same(loop, Turn08.Loop(loop));
        Assert.Same(greedy, Turn08.Greedy(greedy));
        Assert.Same(mirror, Turn08.Mirror(mirror));
    }

    [Fact]
    public void For_empty_or_wrong_ones_the_librarys_stand_in()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 13, DModel = 8, Heads = 2, DFeedForward = 16, EncoderLayers = 1, DecoderLayers = 1,
                Dropout = 0,
            }, seed: 1);
        (int[] Source, int[] Target)[] pairs = [([3, 4, 5], [5, 4, 3]), ([6], [6])];
        var batch = TranslationBatch.Of(pairs);
        float right = batch.Loss(model.Forward(batch.Source, batch.Input)).Loss.Scalar;
        Assert.Equal(right, Turn08.Loss((_, _) => throw new NotImplementedException())(
            (source, reads) => model.Forward(source, reads), pairs).Scalar);
        Assert.Equal(right, Turn08.Loss((_, _) => new Tensor([0f]))(
            (source, reads) => model.Forward(source, reads), pairs).Scalar);
        Assert.Equal([7, 7], Turn08.Greedy((_, _) => throw new NotImplementedException())(
            _ => [-9, -9, -5, -9, -9, -9, -9, -1], 2));
        Assert.Equal(-1, Turn08.Mirror((_, _) => new double[2, 2])(1, 0)[0, 0], 1e-9);
    }

    [Fact]
    public void A_stopped_cell_ends_the_librarys_loop_between_two_steps()
    {
        var weights = new Tensor([1f], 1) { RequiresGradient = true };
        var reported = new List<long>();
        Turn08.Loop((_, _, _, _, _, _) => throw new NotImplementedException())(
            new Sgd([new Parameter("w", weights)], 0.1), () => Op.Sum(Op.Multiply(weights, weights)), _ => 0.1, 9, 3,
            (step, _) => reported.Add(step));
        Assert.Equal([1, 2, 3], reported);
        Assert.Equal(0.512, weights.Data[0], 1e-5); // times 0.8 at each step
    }

    [Fact]
    public void Each_slip_is_red_in_its_own_words()
    {
        Slips.AreTold(Turn08Loss.Question);
        Slips.AreTold(Turn08Loop.Question);
        Slips.AreTold(Turn08Greedy.Question);
        Slips.AreTold(Turn08Mirror.Question);
    }

    [Fact]
    public void Greedy_decoding()
    {
        static int[] Say(
            Func<int[], double[]> next, int longest, Func<double[], int>? best = null, bool start = true,
            bool stop = true,
            bool keepStart = false, bool keepEnd = false, bool all = true)
        {
            var read = new List<int> { Vocabulary.Start };
            while (read.Count <= longest)
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

            return [.. read.Skip(keepStart ? 0 : 1)];
        }

        AssertSays("✓", Greedily((next, longest) => Say(next, longest)));
        AssertSays("Has the model been asked", Greedily((_, _) => []));
        AssertSays("leave it out", Greedily((next, longest) => Say(next, longest, keepStart: true)));
        AssertSays("no part of it", Greedily((next, longest) => Say(next, longest, keepEnd: true)));
        AssertSays("no part of it: stop there", Greedily((next, longest) => Say(next, longest, stop: false)));
        AssertSays("begins with <s>", Greedily((next, longest) => Say(next, longest, start: false)));
        AssertSays("asked once", Greedily((next, longest) => Say(next, longest, all: false)));
        AssertSays("sees the last token alone", Greedily((next, longest) =>
        {
            var said = new List<int>();
            for (int last = 1; last != Vocabulary.End && said.Count < longest;)
            {
                double[] scores = next(said.Count == 0 ? [Vocabulary.Start] : [Vocabulary.Start, last]);
                last = Array.IndexOf(scores, scores.Max());
                if (last != Vocabulary.End) { said.Add(last); }
            }

            return [.. said];
        }));
        AssertSays(
            "goes on with", Greedily(
                (next, longest) => Say(next, longest, scores => Array.IndexOf(scores, scores.Min()))));
        AssertSays(
            "Nothing is said", Greedily(
                (next, _) => [.. next([Vocabulary.Start]).Where(score => score > 0).Select(_ => 1)]));
        AssertSays("search for the best with 0", Greedily((next, longest) => Say(next, longest, scores =>
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

        AssertSays("✓", Mirrored((omega, c) => Block(omega, c, -1)));
        AssertSays("zeros so far", Mirrored((_, _) => new double[2, 2]));
        AssertSays("about 0", Mirrored((omega, _) => Block(omega, 0, -1)));
        AssertSays(
            "a rotation", Mirrored(
                (omega, c) => new[,
                ] { { Math.Cos(omega * c), -Math.Sin(omega * c) }, { Math.Sin(omega * c), Math.Cos(omega * c) } }));
        AssertSays(
            "back by c", Mirrored(
                (omega, c) => new[,
                ] { { Math.Cos(omega * c), Math.Sin(omega * c) }, { -Math.Sin(omega * c), Math.Cos(omega * c) } }));
        AssertSays("the answer is 2×3, but should be 2×2", Mirrored((_, _) => new double[2, 3]));
    }
}
