namespace TransformersFromScratch.Tests.Models;

public class TransformerTests
{
    /// <summary>
    /// Table 3 of the paper says 65 million for base and 213 million for big. Counted out for its vocabulary of 37,000,
    /// with the biases of PyTorch's layers: embedding 37,000·512 = 18,944,000; an encoder layer 3,152,384; a decoder
    /// layer 4,204,032.
    /// </summary>
    [Fact]
    public void Base_and_big_have_the_papers_sizes()
    {
        Assert.Equal(18_944_000 + (6 * 3_152_384) + (6 * 4_204_032), Transformer.Base.ParameterCount());
        Assert.Equal(63_082_496, Transformer.Base.ParameterCount());
        Assert.Equal(214_245_376, Transformer.Big.ParameterCount());
        Assert.InRange(Transformer.Base.ParameterCount() / 65e6, 0.95, 1.05);
        Assert.InRange(Transformer.Big.ParameterCount() / 213e6, 0.95, 1.05);
    }

    [Fact]
    public void The_base_model_built_in_full_has_as_many_parameters_as_its_formula_says() =>
        Assert.Equal(Transformer.Base.ParameterCount(), new Transformer(Transformer.Base, seed: 1).ParameterCount);

    [Theory]
    [InlineData(NormPlacement.Post, Activation.Relu)]
    [InlineData(NormPlacement.Pre, Activation.Gelu)]
    [InlineData(NormPlacement.Pre, Activation.SwiGlu)]
    public void The_formula_counts_what_is_built(NormPlacement norm, Activation activation)
    {
        var config = new TransformerConfig
        {
            Vocabulary = 17, DModel = 12, Heads = 3, DFeedForward = 20, EncoderLayers = 3, DecoderLayers = 2,
            Norm = norm,
            Activation = activation,
        };
        Assert.Equal(config.ParameterCount(), new Transformer(config, seed: 1).ParameterCount);
    }

    [Fact]
    public void Parameters_have_names_of_their_own()
    {
        var model = new Transformer(Transformer.Base with { Vocabulary = 50, DModel = 16, DFeedForward = 32 }, seed: 1);
        string[] names = [.. model.Parameters().Select(parameter => parameter.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("encoder.layers.0.attention.query.weight", names);
        Assert.Contains("decoder.layers.5.cross_attention_norm.gain", names);
    }

    [Fact]
    public void Base_has_the_hyperparameters_of_table_3() => Assert.Equal(
        new TransformerConfig
        {
            Vocabulary = 37_000, DModel = 512, Heads = 8, DFeedForward = 2048, EncoderLayers = 6, DecoderLayers = 6,
            Dropout = 0.1f, Activation = Activation.Relu, Norm = NormPlacement.Post,
        },
        Transformer.Base);
}
