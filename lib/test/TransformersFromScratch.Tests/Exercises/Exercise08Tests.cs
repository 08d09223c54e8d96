using MathNet.Numerics.LinearAlgebra;

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
        AssertSays("✎", Exercise08.CheckExactMatch((_, _) => throw new NotImplementedException()));
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
