using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise08Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Said_from()
    {
        static string With(Func<int, int, int> at, Func<int, int, int[], double> share) =>
            Exercise08.CheckSaidFrom((said, right, k) =>
            {
                int hits = 0, places = 0;
                foreach (var (says, wanted) in said.Zip(right))
                {
                    for (int t = 0; t < says.Length; t++)
                    {
                        if (at(t, k) is var from && from >= 0 && from < wanted.Length)
                        {
                            places++;
                            hits += says[t] == wanted[from] ? 1 : 0;
                        }
                    }
                }

                return share(hits, places, [.. said.Select(x => x.Length)]);
            });
        static double Share(int hits, int places, int[] _) => places == 0 ? 0 : (double)hits / places;

        AssertSays("✓", With((t, k) => t + k, Share));
        AssertSays("✎", Exercise08.CheckSaidFrom((_, _, _) => throw new NotImplementedException()));
        AssertSays("threw", Exercise08.CheckSaidFrom((_, _, _) => throw new InvalidOperationException()));
        AssertSays("0 so far", Exercise08.CheckSaidFrom((_, _, _) => 0));
        AssertSays("k = 0 always", With((t, _) => t, Share));
        AssertSays("sign of k", With((t, k) => t - k, Share));
        AssertSays("an int is an int", With(
            (t, k) => t + k, (hits, places, _) => places == 0 ? 0 : hits / places));
        AssertSays("how many", With((t, k) => t + k, (hits, _, _) => hits));
        AssertSays("all places of what was said", With(
            (t, k) => t + k, (hits, _, lengths) => hits / (double)lengths.Sum()));
        AssertSays("There is a NaN", With((t, k) => t + k, (hits, places, _) => (double)hits / places));
        AssertSays("one share per answer", Exercise08.CheckSaidFrom((said, right, k) => said.Zip(right)
            .Average(pair => Enumerable.Range(0, pair.First.Length)
                .Where(t => t + k >= 0 && t + k < pair.Second.Length)
                .Select(t => pair.First[t] == pair.Second[t + k] ? 1.0 : 0).DefaultIfEmpty(0).Average())));
    }

    [Fact]
    public void A_recipe_that_learns_in_half_of_the_steps_is_really_trained()
    {
        AssertSays("✎", Exercise08.CheckFaster(_ => throw new NotImplementedException()));
        AssertSays("✓", Exercise08.CheckFaster(given => given with { Steps = 300, PeakLearningRate = 0.005 }));
        AssertSays("how far a step goes", Exercise08.CheckFaster(given => given with { Steps = 300 }));
    }

    [Fact]
    public void A_recipe_that_does_something_else_is_refused_without_training()
    {
        AssertSays("Steps may be 300", Exercise08.CheckFaster(given => given));
        AssertSays("more work per step", Exercise08.CheckFaster(given => given with { Steps = 300, Batch = 64 }));
        AssertSays("wider model", Exercise08.CheckFaster(given => given with { Steps = 300, DModel = 64 }));
        AssertSays("stay what they are", Exercise08.CheckFaster(
            given => given with { Steps = 300, Task = new SequenceTask(SequenceRule.Copy, Length: 2) }));
        AssertSays("Heads must divide", Exercise08.CheckFaster(given => given with { Steps = 300, Heads = 5 }));
        AssertSays("must be even", Exercise08.CheckFaster(given => given with { Steps = 9, DModel = 9, Heads = 3 }));
        AssertSays("rate lies above 0", Exercise08.CheckFaster(
            given => given with { Steps = 300, PeakLearningRate = 0 }));
        AssertSays("returns null", Exercise08.CheckFaster(_ => null!));
        AssertSays("threw", Exercise08.CheckFaster(_ => throw new InvalidOperationException()));
    }

    [Fact]
    public void The_mirror_of_a_head_is_found()
    {
        static int Best(Matrix<float> scores, Func<IEnumerable<float>, float> of) => Enumerable
            .Range(0, scores.RowCount + scores.ColumnCount - 1)
            .MaxBy(c => of(Enumerable.Range(0, scores.RowCount)
                .Where(t => c - t >= 0 && c - t < scores.ColumnCount).Select(t => scores[t, c - t])));

        AssertSays("✓", Exercise08.CheckFindMirror(scores => Best(scores, line => line.Average())));
        AssertSays("compare means", Exercise08.CheckFindMirror(scores => Best(scores, line => line.Sum())));
        AssertSays("lowest mean", Exercise08.CheckFindMirror(scores => Best(-scores, line => line.Average())));
        AssertSays("hope for", Exercise08.CheckFindMirror(scores => scores.RowCount - 1));
    }
}
