using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>
/// A mixture of experts against its definition, its gradients against differences, and what is said of its balance.
/// </summary>
public class MixtureOfExpertsTests
{
    private const int Width = 6, Tokens = 12;

    private static MixtureOfExperts Mixture(int experts, int perToken, Activation activation = Activation.GeluTanh)
    {
        var mixture = new MixtureOfExperts(Width, 8, new Random(3), experts, perToken, activation);
        var random = new Random(4);
        foreach (float[] data in mixture.Parameters("m").Select(parameter => parameter.Value.Data))
        {
            foreach (ref float value in data.AsSpan()) { value += random.NextSingle() - 0.5f; } // Biases are no zeros.
        }

        return mixture;
    }

    private static Tensor Numbers(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var x = new Tensor(shape) { RequiresGradient = true };
        foreach (ref float value in x.Data.AsSpan()) { value = (2 * random.NextSingle()) - 1; }

        return x;
    }

    public static TheoryData<int, int> Mixtures => new() { { 2, 1 }, { 4, 1 }, { 4, 2 }, { 3, 3 }, { 30, 1 } };

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void A_batch_is_a_loop_over_tokens(int experts, int perToken)
    {
        MixtureOfExperts mixture = Mixture(experts, perToken);
        Tensor x = Numbers(5, 3, 4, Width);
        float[] atOnce = mixture.Forward(x).Data;
        Matrix<float> rows = Matrix<float>.Build.DenseOfRowMajor(Tokens, Width, x.Data);
        Assert.All(
            mixture.Forward(rows).ToRowMajorArray().Zip(atOnce), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        for (int token = 0; token < Tokens; token++)
        {
            var one = new Tensor(x.Data[(token * Width)..((token + 1) * Width)], 1, 1, Width);
            Assert.All(
                mixture.Forward(one).Data.Zip(atOnce.Skip(token * Width)),
                pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void The_output_is_the_probability_times_the_chosen_expert(int experts, int perToken)
    {
        MixtureOfExperts mixture = Mixture(experts, perToken);
        Matrix<float> x = Matrix<float>.Build.DenseOfRowMajor(Tokens, Width, Numbers(6, Tokens, Width).Data);
        Matrix<float> p = Softmax.Rows(x * mixture.Router.Weight.AsMatrix());
        Matrix<float>[] all = [.. mixture.Experts.Select(expert => expert.Forward(x))];
        var want = Matrix<float>.Build.Dense(Tokens, Width, (t, c) => Enumerable.Range(0, experts)
            .OrderByDescending(i => p[t, i]).Take(perToken).Sum(i => p[t, i] * all[i][t, c]));
        Assert.True((want - mixture.Forward(x)).Enumerate().Max(Math.Abs) < 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Gradients_are_those_of_differences(int experts, int perToken)
    {
        MixtureOfExperts mixture = Mixture(experts, perToken);
        Tensor x = Numbers(7, 3, 4, Width), weights = Numbers(8, 3, 4, Width);
        Tensor Loss()
        {
            var routings = new List<Routing>();
            Tensor y = Op.Sum(Op.Multiply(mixture.Forward(x, routings), weights));
            return y + (routings[0].Balance() * 0.5f);
        }

        Loss().Backward();
        foreach (Tensor at in mixture.Parameters("m").Select(parameter => parameter.Value).Append(x))
        {
            double[] differences = GradientCheck.CentralDifferences(Loss, at, 2e-3f);
            float[] slopes = at.Gradient?.Data ?? new float[at.Length]; // An expert that nobody was sent to has none.
            Assert.InRange(GradientCheck.Compare(differences, slopes).Error, 0, 2e-2);
        }
    }

    [Fact]
    public void The_balance_is_1_if_all_is_even_and_as_many_as_experts_if_one_gets_all()
    {
        var even = new Tensor([0.5f, 0.5f, 0.5f, 0.5f], 2, 2);
        Assert.Equal(1, new Routing([[0], [1]], even).Balance().Scalar, 1e-6f);
        var one = new Tensor([1, 0, 1, 0], 2, 2);
        Assert.Equal(2, new Routing([[0, 1], []], one).Balance().Scalar, 1e-6f);
        Assert.Equal([0.75, 0.25], new Routing([[0, 1, 2], [3]], new Tensor(4, 2)).Shares);
    }

    [Fact]
    public void Descending_the_balance_alone_spreads_the_tokens()
    {
        MixtureOfExperts mixture = Mixture(4, 1);
        Tensor x = Numbers(9, 400, Width);
        double Worst()
        {
            var routings = new List<Routing>();
            mixture.Forward(x, routings);
            return routings[0].Shares.Max();
        }

        mixture.Router.Weight.Data.AsSpan(0, Width).Fill(1);          // The first expert is the favourite
        foreach (ref float value in x.Data.AsSpan()) { value += 0.3f; } // of tokens whose numbers are mostly positive.
        double before = Worst();
        var optimizer = new Adam(mixture.Router.Parameters("r"), 0.02);
        for (int step = 0; step < 200; step++)
        {
            optimizer.ZeroGradients();
            var routings = new List<Routing>();
            mixture.Forward(x, routings);
            routings[0].Balance().Backward();
            optimizer.Step();
        }

        Assert.True(before > 0.5, $"{before}");
        Assert.True(Worst() < 0.4, $"{Worst()}");
    }

    [Fact]
    public void A_mixture_that_is_none_is_refused()
    {
        Assert.Contains(
            "1 to 4", Assert.Throws<ArgumentException>(() => Mixture(4, 5)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "FeedForward", Assert.Throws<ArgumentException>(() => Mixture(1, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Mixture(4, 0));
        GptConfig config =
            new() { Vocabulary = 9, Context = 8, Layers = 1, DModel = 8, Heads = 2, Experts = 2, ExpertsPerToken = 3 };
        Assert.Contains(
            "1 to 2", Assert.Throws<ArgumentException>(() => new Gpt(config, 1)).Message, StringComparison.Ordinal);
    }

    private static Gpt Model(int perToken) => VariantTests.Lively(new GptConfig
    {
        Vocabulary = 13, Context = 40, Layers = 2, DModel = 16, Heads = 4, DFeedForward = 12, Dropout = 0, Experts = 4,
        ExpertsPerToken = perToken,
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_gpt_of_experts_is_causal_and_alike_on_both_levels_and_with_a_cache(int perToken)
    {
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5];
        Gpt model = Model(perToken);
        var routings = new List<Routing>();
        float[] want = [.. model.Forward(new TokenBatch(ids, 1, ids.Length), routings: routings).Data];
        Assert.Equal(2, routings.Count);
        Assert.All(routings, routing => Assert.Equal(perToken * ids.Length, routing.Sent.Sum(tokens => tokens.Length)));
        Assert.All(
            model.Forward(ids).ToRowMajorArray().Zip(want),
            pair => Assert.Equal(pair.First, pair.Second, 2e-4f * (1 + Math.Abs(pair.First))));

        int[] changed = [.. ids[..^1], 7];
        float[] unchanged = model.Forward(new TokenBatch(changed, 1, ids.Length)).Data[..(8 * 13)];
        // Other rows in a product: other roundings.
        Assert.All(want.Zip(unchanged), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        var cache = new GptCache(model);
        cache.Read(new TokenBatch(ids[..5], 1, 5));
        for (int t = 5; t < ids.Length; t++)
        {
            Assert.All(
                cache.Step(ids[t]).Data.Zip(want.Skip(13 * t)),
                pair => Assert.Equal(pair.Second, pair.First, 2e-4f * (1 + Math.Abs(pair.Second))));
        }
    }

    [Fact]
    public void Experts_of_equal_weights_that_are_all_asked_are_one_network()
    {
        MixtureOfExperts mixture = Mixture(3, 3);
        foreach (FeedForward expert in mixture.Experts.Skip(1))
        {
            foreach (var (to, from) in expert.Parameters("e").Zip(mixture.Experts[0].Parameters("e")))
            {
                from.Value.Data.CopyTo(to.Value.Data, 0);
            }
        }

        Tensor x = Numbers(10, Tokens, Width);
        Assert.All(
            mixture.Experts[0].Forward(x).Data.Zip(mixture.Forward(x).Data),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
