using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn17Tests
{
    [Fact]
    public void A_number()
    {
        Func<byte[], int, (long Number, int Next)> mine = (bytes, at) =>
        {
            long number = 0;
            for (int shift = 0; ; shift += 7, at++)
            {
                number += (long)(bytes[at] & 127) << shift;
                if (bytes[at] < 128) { return (number, at + 1); }
            }
        };
        Assert.Same(mine, Turn17.Number(mine));
        Slips.AreTold(Turn17Number.Question);
        Assert.Equal((150, 2), Turn17.Number((_, _) => throw new NotImplementedException())([0x96, 0x01], 0));
    }

    [Fact]
    public void The_vector_of_a_sentence()
    {
        Func<Matrix<float>, bool[], Vector<float>> mine = (rows, padding) =>
        {
            int[] real = [.. Enumerable.Range(0, rows.RowCount).Where(t => !padding[t])];
            Vector<float> mean = real.Select(t => rows.Row(t)).Aggregate((a, b) => a + b) / real.Length;
            return mean / (float)mean.L2Norm();
        };
        Assert.Same(mine, Turn17.Sentence(mine));
        Slips.AreTold(Turn17Sentence.Question);
    }

    [Fact]
    public void The_nearest_sentences()
    {
        Func<Matrix<float>, Vector<float>, int, int[]> mine = (rows, vector, count) =>
        {
            Vector<float> cosines = rows * vector;
            return [.. Enumerable.Range(0, rows.RowCount).OrderByDescending(i => cosines[i]).Take(count)];
        };
        Assert.Same(mine, Turn17.Nearest(mine));
        Slips.AreTold(Turn17Nearest.Question);
    }

    [Fact]
    public void Low_rank()
    {
        Func<Tensor, Tensor, Tensor, float, Tensor> mine = (x, a, b, alpha) =>
            Op.Linear(Op.Linear(x, a), b) * (alpha / a.Shape[0]);
        Assert.Same(mine, Turn17.LowRank(mine));
        Slips.AreTold(Turn17LowRank.Question);
        Slips.Says(
            "shape of the layer's output",
            Turn17LowRank.Question.Judge(x => Turn17LowRank.Call((rows, a, _, _) => Op.Linear(rows, a), x)));
    }

    [Fact]
    public void What_stands_beside_a_linear_map_is_added_and_learns_while_the_map_stays()
    {
        var map = new Linear(3, 2, new Random(1));
        Tensor x = new([1f, 2, 3, -1, 0, 2], 2, 3), a = new([0.5f, 1, 2], 1, 3), b = new([3f, -1], 2, 1);
        (a.RequiresGradient, b.RequiresGradient) = (true, true);
        float[] without = map.Forward(x).Data;
        (map.Weight.RequiresGradient, map.Bias!.RequiresGradient) = (false, false);
        map.Beside = rows => Turn17LowRank.Library(rows, a, b, alpha: 2);
        Tensor with = map.Forward(x);
        // x A is 8.5 and 3.5; times B and α/r = 2.
        float[] added = [51, -17, 21, -7];
        Assert.All(added.Index(), one => Assert.Equal(
            without[one.Index] + one.Item, with.Data[one.Index], tolerance: 1e-4));
        Op.Sum(with).Backward();
        Assert.NotNull(a.Gradient);
        Assert.NotNull(b.Gradient);
        Assert.Null(map.Weight.Gradient);
    }
}
