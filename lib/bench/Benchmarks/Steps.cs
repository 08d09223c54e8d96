namespace TransformersFromScratch.Benchmarks;

/// <summary>A training step of the library: forward, backward, AdamW, the loss read.</summary>
internal static class Steps
{
    public static Contestant Step(StepConfig config)
    {
        TokenBatch source = Tokens(config, 1), target = Tokens(config, 2);
        int[] answer = config.RandomTokens(3);
        (Func<Tensor> logits, IEnumerable<Parameter> parameters) = Model(config, source, target);
        var optimizer = new AdamW(parameters, learningRate: 1e-3);
        var workspace = new Workspace();
        return new("TransformersFromScratch", config.Flop, () =>
        {
            using Workspace.Step step = workspace.BeginStep();
            optimizer.ZeroGradients();
            Tensor loss = Op.CrossEntropy(logits(), answer);
            loss.Backward();
            optimizer.Step();
            if (!float.IsFinite(loss.Scalar))
                throw new InvalidOperationException("The loss is not finite.");
        });
    }

    private static (Func<Tensor> Logits, IEnumerable<Parameter> Parameters) Model(
        StepConfig config, TokenBatch source, TokenBatch target)
    {
        if (config.EncoderLayers == 0)
        {
            var gpt = new Gpt(new GptConfig
            {
                Vocabulary = config.Vocabulary,
                Context = config.Tokens,
                Layers = config.Layers,
                DModel = config.Width,
                Heads = config.Heads,
                DFeedForward = config.Inner,
                Dropout = 0,
            }, seed: 1);
            return (() => gpt.Forward(target), gpt.Parameters());
        }

        var transformer = new Transformer(new TransformerConfig
        {
            Vocabulary = config.Vocabulary,
            DModel = config.Width,
            Heads = config.Heads,
            DFeedForward = config.Inner,
            EncoderLayers = config.EncoderLayers,
            DecoderLayers = config.Layers,
            Norm = NormPlacement.Pre,
            PaddingId = -1,
            Dropout = 0,
        }, seed: 1);
        return (() => transformer.Forward(source, target), transformer.Parameters());
    }

    private static TokenBatch Tokens(StepConfig config, int seed) =>
        new(config.RandomTokens(seed), config.Batch, config.Tokens);
}
