namespace TransformersFromScratch.Tests.Tensors;

public class GradientCheckTests
{
    [Fact]
    public void Differences_find_a_known_derivative_to_nine_digits()
    {
        double[] x = [0.3, -2, 40];
        double[] slopes = GradientCheck.CentralDifferences(at => Math.Sin(at[0]) + (at[1] * at[1] * at[2]), x);
        Assert.Equal(Math.Cos(0.3), slopes[0], 1e-9);
        Assert.Equal(2 * -2 * 40, slopes[1], 1e-7);
        Assert.Equal(4, slopes[2], 1e-7);
        Assert.Equal([0.3, -2, 40], x);
    }

    /// <summary>
    /// The tape's own forward pass is enough to tell a right derivative from a wrong one, though not to the last digit.
    /// </summary>
    [Fact]
    public void Differences_through_the_tape_agree_with_the_backward_pass()
    {
        var layer = new EncoderLayer(8, 2, 16, new Random(1), Activation.Gelu);
        var x = new Tensor(2, 3, 8);
        Initialise.Normal(x, 1, new Random(2));
        Tensor pull = new(2, 3, 8);
        Initialise.Normal(pull, 0.2f, new Random(3));
        Tensor Loss() => Op.Sum(Op.Multiply(layer.Forward(x), pull));
        Loss().Backward();
        foreach (Tensor parameter in new[] { layer.Attention.Value.Weight, layer.FeedForward.Inner.Bias!,
            layer.AttentionNorm.Gain })
        {
            float[] before = [.. parameter.Data];
            double[] differences = GradientCheck.CentralDifferences(Loss, parameter);
            Assert.Equal(before, parameter.Data);
            Assert.InRange(GradientCheck.Compare(differences, parameter.Gradient!.Data).Error, 0, 2e-3);

            parameter.Gradient!.Data[3] += 0.01f;
            Assert.Equal(3, GradientCheck.Compare(differences, parameter.Gradient!.Data).Index);
        }
    }

    [Fact]
    public void The_worst_disagreement_is_reported_and_NaN_is_the_worst()
    {
        Assert.Equal(new GradientCheckResult(1, 20, 10, 0.5), GradientCheck.Compare([1, 20, 3], [1, 10, 3]));
        Assert.Equal(0, GradientCheck.Compare([1, 2], [1, 2]).Error);
        Assert.Equal(1, GradientCheck.Compare([1, 2, 3], [1, float.NaN, 3]).Index);
        Assert.Throws<ArgumentException>(() => GradientCheck.Compare([1, 2], [1]));
    }
}
