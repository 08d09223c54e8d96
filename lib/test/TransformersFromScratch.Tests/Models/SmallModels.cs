namespace TransformersFromScratch.Tests.Models;

/// <summary>
/// Every model with an encoder and a decoder, tiny, without dropout, and with weights large enough to tell one token
/// from another; biases are no zeros and gains no ones. GELU stands in the place of ReLU, whose kink differences
/// cannot see.
/// </summary>
internal static class SmallModels
{
    public const int Vocabulary = 12;

    public static TheoryData<string> Names =>
        [
            "transformer", "transformer pre", "bart", "bart pre", "bart of published ids", "t5",
            "t5 of published ids", "t5 1.1",
        ];

    public static IEncoderDecoder Build(string name) => Lively<IEncoderDecoder>(name switch
    {
        "transformer" => new Transformer(Paper(NormPlacement.Post), seed: 1),
        "transformer pre" => new Transformer(Paper(NormPlacement.Pre), seed: 1),
        "bart" => new Bart(SmallBart, seed: 1),
        "bart pre" => new Bart(SmallBart with { Norm = NormPlacement.Pre, EncoderLayers = 1 }, seed: 1),
        "bart of published ids" => new Bart(SmallBart with { PaddingId = 1, StartId = 2, EndId = 2 }, seed: 1),
        "t5" => new T5(SmallT5, seed: 1),
        "t5 of published ids" => new T5(SmallT5 with { PaddingId = 0, StartId = 0, EndId = 1 }, seed: 1),
        _ => new T5(SmallT5 with { Activation = Activation.GeGlu, TiedOutput = false }, seed: 1),
    }, model => model.Parameters());

    public static BartConfig SmallBart => new()
    {
        Vocabulary = Vocabulary, DModel = 16, Heads = 2, DFeedForward = 20, EncoderLayers = 2,
        DecoderLayers = 2, Positions = 40, Dropout = 0,
    };

    public static T5Config SmallT5 => new()
    {
        Vocabulary = Vocabulary, DModel = 16, Heads = 3, HeadWidth = 6, DFeedForward = 20, EncoderLayers = 2,
        DecoderLayers = 2, Buckets = 8, Activation = Activation.Gelu,
        Distance = 10, Dropout = 0,
    };

    public static BertConfig SmallBert => new()
    {
        Vocabulary = Vocabulary, DModel = 16, Heads = 2, DFeedForward = 20, Layers = 2, Positions = 10, Dropout = 0,
    };

    /// <summary>Sentences of tokens that are neither padding nor start nor end in any of the models.</summary>
    public static int[][] Sentences(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length =>
            Enumerable.Range(0, length).Select(_ => random.Next(3, Vocabulary)).ToArray())];
    }

    public static TModel Lively<TModel>(TModel model, Func<TModel, IEnumerable<Parameter>> parameters)
    {
        var random = new Random(7);
        foreach (float[] data in parameters(model).Select(parameter => parameter.Value.Data))
        {
            foreach (ref float value in data.AsSpan()) { value += random.NextSingle() - 0.5f; }
        }

        return model;
    }

    /// <summary>Some numbers of a tensor.</summary>
    public static float[] Rows(Tensor x, int row, int rows) =>
        x.Data[(row * x.Shape[^1])..((row + rows) * x.Shape[^1])];

    public static void Close(IReadOnlyList<float> want, IReadOnlyList<float> got, float tolerance = 1e-4f)
    {
        Assert.Equal(want.Count, got.Count);
        Assert.All(want.Zip(got), pair =>
            Assert.Equal(pair.First, pair.Second, tolerance * (1 + Math.Abs(pair.First))));
    }

    /// <summary>Whether row i of the second is row <c>order[i]</c> of the first.</summary>
    public static bool Follows(Tensor before, Tensor after, int[] order) => order.Select((from, to) =>
        Rows(before, from, 1).Zip(Rows(after, to, 1)).Max(pair => Math.Abs(pair.First - pair.Second))).Max() < 1e-4;

    /// <summary>The gradients of some parameters of a loss against differences.</summary>
    public static void CheckGradients(Func<Tensor> loss, IEnumerable<Parameter> parameters)
    {
        loss().Backward();
        foreach (Parameter parameter in parameters)
        {
            Assert.True(parameter.Value.Gradient is not null, $"{parameter.Name} has no gradient.");
            double[] differences = GradientCheck.CentralDifferences(loss, parameter.Value, step: 5e-3f);
            double[] off = [.. differences.Zip(parameter.Value.Gradient!.Data, (want, got) => want - got)];
            double size = Norm(differences), error = Norm(off);
            Assert.True(size > 1e-3 && error < 0.03 * size, $"{parameter.Name}: {error} off, of {size}.");
        }
    }

    private static double Norm(double[] numbers) => Math.Sqrt(numbers.Sum(number => number * number));

    private static TransformerConfig Paper(NormPlacement norm) => new()
    {
        Vocabulary = Vocabulary, DModel = 16, Heads = 2, DFeedForward = 20, EncoderLayers = 2,
        DecoderLayers = 2, Norm = norm, Activation = Activation.Gelu,
        Dropout = 0,
    };
}
