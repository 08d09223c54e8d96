namespace TransformersFromScratch;

/// <summary>
/// The forward pass of a <see cref="Transformer"/> (post-norm, without dropout), written out from the operations so
/// that one part can be left out. It uses the model's own weights: with nothing left out it gives the model's own
/// numbers.
/// </summary>
/// <param name="model">A post-norm model.</param>
/// <param name="without">What to leave out.</param>
public sealed class AblatedTransformer(Transformer model, Without without)
{
    /// <summary>Logits for a batch, with a gradient.</summary>
    /// <param name="source">B sources of S ids, without padding.</param>
    /// <param name="target">B targets of T ids, beginning with the start token.</param>
    /// <returns>[B, T, vocabulary].</returns>
    public Tensor Forward(TokenBatch source, TokenBatch target) => Decode(target, Encode(source));

    /// <summary>The most likely answers, token after token, all of the same length.</summary>
    public IReadOnlyList<int[]> Answer(TokenBatch source, int length)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var quiet = Tape.NoGradient();
        Tensor memory = Encode(source);
        int[][] said = [.. Enumerable.Range(0, source.Sentences).Select(_ => (int[])[Vocabulary.Start])];
        for (int t = 0; t < length; t++)
        {
            Tensor logits = Decode(new TokenBatch([.. said.SelectMany(ids => ids)], source.Sentences, t + 1), memory);
            int width = logits.Shape[^1];
            said =
                [.. said.Select(
                    (ids, b) => (int[])[.. ids, Greedy.Best(logits.Data.AsSpan(((b * (t + 1)) + t) * width, width))])];
        }

        return [.. said.Select(ids => ids[1..])];
    }

    private Tensor Encode(TokenBatch source)
    {
        if (source.Padding(model.Config.PaddingId) is not null)
        {
            throw new ArgumentException(
                "This forward pass masks no padding, and the sources contain some. Give it sources of one length, " +
                "without padding.", nameof(source));
        }

        Tensor x = Embed(source);
        foreach (EncoderLayer layer in model.Encoder)
        {
            x = AddAndNorm(layer.AttentionNorm, x, Attend(layer.Attention, x, x, causal: false));
            x = Think(layer.FeedForwardNorm, layer.FeedForward, x);
        }

        return x;
    }

    private Tensor Decode(TokenBatch target, Tensor memory)
    {
        Tensor y = Embed(target);
        foreach (DecoderLayer layer in model.Decoder)
        {
            y = AddAndNorm(
                layer.SelfAttentionNorm, y, Attend(layer.SelfAttention, y, y, causal: without != Without.CausalMask));
            y = AddAndNorm(layer.CrossAttentionNorm, y, Attend(layer.CrossAttention, y, memory, causal: false));
            y = Think(layer.FeedForwardNorm, layer.FeedForward, y);
        }

        return model.Embedding.Logits(y);
    }

    private Tensor Embed(TokenBatch tokens)
    {
        Tensor x = model.Embedding.Forward(tokens) * MathF.Sqrt(model.Config.DModel);
        return without == Without.Positions
            ? x
            : x + PositionalEncoding.SinusoidalTensor(tokens.Length, model.Config.DModel);
    }

    private Tensor Attend(MultiHeadAttention attention, Tensor x, Tensor memory, bool causal)
    {
        Tensor queries = attention.Query.Forward(x);
        if (without == Without.Scaling)
        {
            queries *= MathF.Sqrt(attention.HeadWidth); // Op.Attention divides the scores by as much.
        }

        return attention.Output.Forward(
            Op.Attention(
                queries, attention.Key.Forward(memory), attention.Value.Forward(memory), attention.Heads,
                causal).Output);
    }

    private Tensor Think(LayerNorm norm, FeedForward network, Tensor x) =>
        without == Without.FeedForward ? x : AddAndNorm(norm, x, network.Forward(x));

    private Tensor AddAndNorm(LayerNorm norm, Tensor x, Tensor sublayer)
    {
        Tensor sum = without == Without.Residuals ? sublayer : x + sublayer;
        return without switch
        {
            Without.LayerNorm => sum,
            Without.Epsilon => Op.LayerNorm(sum, norm.Gain, norm.Bias, epsilon: 0),
            _ => norm.Forward(sum),
        };
    }
}
