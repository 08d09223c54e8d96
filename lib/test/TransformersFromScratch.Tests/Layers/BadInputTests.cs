using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>An error says what was wrong, both shapes, and what to try.</summary>
public class BadInputTests
{
    private static Matrix<float> Ones(int rows, int columns) => Matrix<float>.Build.Dense(rows, columns, 1f);

    private static Matrix<float> With(float poison)
    {
        Matrix<float> x = Ones(3, 4);
        x[1, 2] = poison;
        return x;
    }

    private static void AssertSays<TException>(Action action, params string[] parts) where TException : Exception
    {
        string message = Assert.ThrowsAny<TException>(action).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Queries_and_keys_of_different_widths() =>
        AssertSays<ArgumentException>(
            () => Attention.ScaledDotProduct(Ones(2, 3), Ones(5, 4), Ones(5, 4)), "2×3", "5×4", "d_k");

    [Fact]
    public void Keys_without_their_values() =>
        AssertSays<ArgumentException>(
            () => Attention.ScaledDotProduct(Ones(2, 3), Ones(5, 3), Ones(4, 3)), "5×3", "4×3");

    [Fact]
    public void A_mask_for_other_lengths() =>
        AssertSays<ArgumentException>(
            () => Attention.ScaledDotProduct(Ones(2, 3), Ones(5, 3), Ones(5, 3), Mask.Causal(5)), "2×5", "5 queries");

    [Fact]
    public void Masks_of_different_shapes() =>
        AssertSays<ArgumentException>(() => _ = Mask.Causal(3) | Mask.Causal(4), "3×3", "4×4");

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "+infinity")]
    public void Numbers_that_are_none(float poison, string name)
    {
        AssertSays<ArgumentException>(() => Softmax.Rows(With(poison)), name, "row 1, column 2");
        AssertSays<ArgumentException>(
            () => Attention.ScaledDotProduct(With(poison), Ones(3, 4), Ones(3, 4)), name, "queries", "row 1, column 2");
        AssertSays<ArgumentException>(
            () => Attention.ScaledDotProduct(Ones(3, 4), Ones(3, 4), With(poison)), name, "values");
        AssertSays<ArgumentException>(() => new LayerNorm(4).Forward(With(poison)), name, "row 1, column 2");
        AssertSays<ArgumentException>(
            () => new Linear(4, 2, new Random(0)).Forward(With(poison)), name, "row 1, column 2");
        AssertSays<ArgumentException>(() => new MultiHeadAttention(4, 2, new Random(0)).Forward(With(poison)), name);
        AssertSays<ArgumentException>(() => new FeedForward(4, 8, new Random(0)).Forward(With(poison)), name);
    }

    [Fact]
    public void A_width_that_the_heads_cannot_share() =>
        AssertSays<ArgumentException>(() => new MultiHeadAttention(10, 4, new Random(0)), "4 heads", "10", "12");

    [Fact]
    public void Rows_of_another_width_than_the_layer_was_built_for()
    {
        AssertSays<ArgumentException>(() => new Linear(4, 2, new Random(0)).Forward(Ones(3, 5)), "width 4", "3×5");
        AssertSays<ArgumentException>(() => new LayerNorm(4).Forward(Ones(4, 3)), "width 4", "4×3", "transpose");
        AssertSays<ArgumentException>(() => new FeedForward(4, 8, new Random(0)).Forward(Ones(3, 5)), "width 4", "3×5");
        AssertSays<ArgumentException>(() => MultiHeadAttention.Split(Ones(2, 5), 2), "2 heads", "2×5");
    }

    [Fact]
    public void An_empty_sentence()
    {
        var model = new Transformer(
            new TransformerConfig { Vocabulary = 9, DModel = 8, Heads = 2, DFeedForward = 16 }, seed: 1);
        AssertSays<ArgumentException>(() => model.Forward([], [1]), "empty sentence");
        AssertSays<ArgumentException>(() => model.Forward([4], []), "empty sentence");
        AssertSays<ArgumentException>(() => Words.Split("  "), "empty");
    }

    [Fact]
    public void A_token_outside_the_vocabulary()
    {
        var embedding = new Embedding(9, 4, new Random(0));
        AssertSays<ArgumentException>(() => embedding.Forward([3, 9]), "Token 1", "id 9", "0 to 8");
        AssertSays<ArgumentException>(() => embedding.Forward([-1]), "id -1");
    }

    [Fact]
    public void Positions_and_widths_that_cannot_be()
    {
        Assert.ThrowsAny<ArgumentException>(() => PositionalEncoding.Sinusoidal(0, 8));
        Assert.ThrowsAny<ArgumentException>(() => PositionalEncoding.Sinusoidal(8, 0));
        AssertSays<ArgumentException>(() => PositionalEncoding.Shift(1, 7), "odd", "7", "8");
        AssertSays<ArgumentException>(() => PositionalEncoding.Frequency(8, 8), "0 to 7");
    }

    [Fact]
    public void A_tensor_whose_numbers_do_not_fill_its_shape() =>
        AssertSays<ArgumentException>(() => new Tensor(new float[5], 2, 3), "[2, 3]", "6", "5");
}
