using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn18Tests
{
    [Fact]
    public void The_gradient_of_all_parts()
    {
        Func<Vector<float>[], int[], Vector<float>> mine = (gradients, tokens) =>
            gradients.Zip(tokens, (gradient, count) => gradient * count).Aggregate((a, b) => a + b) / tokens.Sum();
        Assert.Same(mine, Turn18.Accumulate(mine));
        Slips.AreTold(Turn18Accumulate.Question);
    }

    [Fact]
    public void The_walk_back_through_a_segment()
    {
        Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> mine = (segment, x, dy) =>
        {
            Tensor again = x.Detach();
            again.RequiresGradient = true;
            Op.Sum(Op.Multiply(segment(again), dy)).Backward();
            return again.Gradient!;
        };
        Assert.Same(mine, Turn18.Segment(mine));
        Slips.AreTold(Turn18Segment.Question);
    }

    [Fact]
    public void The_share_of_a_machine()
    {
        Func<Matrix<float>, Matrix<float>, Matrix<float>, int, int, Matrix<float>> mine =
            (x, w1, w2, machines, machine) =>
            {
                int part = w1.ColumnCount / machines, from = machine * part;
                Matrix<float> inner = x * w1.SubMatrix(0, w1.RowCount, from, part);
                return inner.PointwiseMaximum(0) * w2.SubMatrix(from, part, 0, w2.ColumnCount);
            };
        Assert.Same(mine, Turn18.Split(mine));
        Slips.AreTold(Turn18Split.Question);
    }

    [Fact]
    public void The_sum_over_the_ring()
    {
        Action<Ring> mine = ring =>
        {
            int p = ring.Machines;
            for (int r = 0; r < p - 1; r++) { int round = r; ring.Send(machine => machine - round, add: true); }

            for (int r = 0; r < p - 1; r++) { int round = r; ring.Send(machine => machine + 1 - round, add: false); }
        };
        Assert.Same(mine, Turn18.AllReduce(mine));
        Slips.AreTold(Turn18Ring.Question);
    }

    [Fact]
    public void The_softmax_by_tiles()
    {
        Func<Vector<float>, Matrix<float>, int, Vector<float>> mine = (scores, values, tile) =>
        {
            float max = float.NegativeInfinity, sum = 0;
            Vector<float> output = Vector<float>.Build.Dense(values.ColumnCount);
            for (int from = 0; from < scores.Count; from += tile)
            {
                int count = Math.Min(tile, scores.Count - from);
                Vector<float> part = scores.SubVector(from, count);
                float now = Math.Max(max, part.Maximum()), shrink = MathF.Exp(max - now);
                Vector<float> e = part.Map(score => MathF.Exp(score - now));
                sum = (sum * shrink) + e.Sum();
                output = (output * shrink) + (e * values.SubMatrix(from, count, 0, values.ColumnCount));
                max = now;
            }

            return output / sum;
        };
        Assert.Same(mine, Turn18.Online(mine));
        Slips.AreTold(Turn18Online.Question);
    }

    [Fact]
    public void A_factor_of_the_wrong_sign_is_named()
    {
        string words = Turn18Online.Question.Judge(x =>
        {
            float max = float.NegativeInfinity, sum = 0;
            Vector<float> output = Vector<float>.Build.Dense(x.Values.ColumnCount);
            for (int j = 0; j < x.Scores.Count; j++)
            {
                float now = Math.Max(max, x.Scores[j]), grow = MathF.Exp(now - max), e = MathF.Exp(x.Scores[j] - now);
                (sum, output, max) = ((sum * grow) + e, (output * grow) + (e * x.Values.Row(j)), now);
            }

            return output / sum;
        }).Words;
        Assert.Contains("e^(old - new), not e^(new - old)", words, StringComparison.Ordinal);
    }
}
