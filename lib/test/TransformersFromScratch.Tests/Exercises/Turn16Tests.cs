using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn16Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static double Mean(Matrix<float> map, Func<int, int, int> key)
    {
        int half = map.RowCount / 2;
        return Enumerable.Range(half, half).Average(t => (double)map[t, key(t, half)]);
    }

    private static Matrix<float> Without(Matrix<float> mixed, int head, int heads, Func<Vector<float>, float> instead)
    {
        Matrix<float> result = mixed.Clone();
        int width = mixed.ColumnCount / heads;
        for (int c = head * width; c < (head + 1) * width; c++)
        {
            result.SetColumn(c, Vector<float>.Build.Dense(mixed.RowCount, instead(mixed.Column(c))));
        }

        return result;
    }

    [Fact]
    public void Prefix_matching()
    {
        Func<Matrix<float>, double> mine = map => Mean(map, (t, half) => t - half + 1);
        Assert.Same(mine, Turn16.PrefixMatching(mine));
        Says("own first occurrence", Turn16.ForPrefixMatching.Judge(map => Mean(map, (t, half) => t - half)));
        Says(
            "before the first occurrence", Turn16.ForPrefixMatching.Judge(map => Mean(map, (t, half) => t - half - 1)));
        Says("previous-token", Turn16.ForPrefixMatching.Judge(map => Mean(map, (t, _) => t - 1)));
        Says("the sum", Turn16.ForPrefixMatching.Judge(map => Mean(map, (t, half) => t - half + 1) * map.RowCount / 2));
        Says("divide by T", Turn16.ForPrefixMatching.Judge(map => Mean(map, (t, half) => t - half + 1) / 2));
        Says(
            "largest weight", Turn16.ForPrefixMatching.Judge(
                map => Enumerable.Range(map.RowCount / 2, map.RowCount / 2).Average(t => (double)map.Row(t).Max())));
        Assert.True(Turn16.ForPrefixMatching.Judge(_ => throw new NotImplementedException()).IsEmpty);
    }

    [Fact]
    public void The_librarys_score_is_the_same()
    {
        var random = new Random(1);
        Matrix<float> map = Softmax.Rows(
            Mask.Causal(8).Apply(Matrix<float>.Build.Dense(8, 8, (_, _) => random.NextSingle())));
        var maps = new Tensor(map.ToRowMajorArray(), 1, 1, 8, 8);
        Assert.Equal(
            HeadScores.PrefixMatching(maps)[0],
            Turn16.PrefixMatching(_ => throw new NotImplementedException())(map), 6);
    }

    [Fact]
    public void Mean_ablation()
    {
        Func<Matrix<float>, int, int, Matrix<float>> mine = (mixed, head, heads) => Without(
            mixed, head, heads, column => column.Average());
        Assert.Same(mine, Turn16.MeanAblation(mine));
        Says("zero ablation", Turn16.ForMeanAblation.Judge(x => Without(x.Mixed, x.Head, x.Heads, _ => 0)));
        Says("Nothing has changed", Turn16.ForMeanAblation.Judge(x => x.Mixed.Clone()));
        Says(
            "Only this head's", Turn16.ForMeanAblation.Judge(
                x => x.Mixed.MapIndexed((_, c, _) => x.Mixed.Column(c).Average(), Zeros.Include)));
        Says("changes what it was given", Turn16.ForMeanAblation.Judge(x =>
        {
            Without(x.Mixed, x.Head, x.Heads, column => column.Average()).CopyTo(x.Mixed);
            return x.Mixed;
        }));
    }
}
