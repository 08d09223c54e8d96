namespace TransformersFromScratch;

/// <summary>
/// The forward pass of a <see cref="Transformer"/> (post-norm, without dropout), written out from the operations so
/// that one part can be left out. It uses the model's own weights: with nothing left out it gives the model's own
/// numbers.
/// </summary>
/// <param name="model">A post-norm model.</param>
/// <param name="without">What to leave out.</param>
/// <param name="sublayer">
/// How a sublayer is put into the stream: what it goes without (<see cref="Without.Nothing"/> where this sublayer is
/// whole), the stream x, the sublayer and its norm, to the new stream; <see cref="Sublayer"/> when null.
/// </param>
public sealed class AblatedTransformer(
    Transformer model, Without without,
    Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor>? sublayer = null)
{
    private readonly Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor> _sublayer =
        sublayer ?? Sublayer;

    /// <summary>
    /// A sublayer with its residual and its norm, <c>norm(x + f(x))</c> (Vaswani et al. 2017, section 3.1), or without
    /// one of these three parts.
    /// </summary>
    /// <param name="without">
    /// <see cref="Without.Residuals"/> leaves out x +, <see cref="Without.LayerNorm"/> the norm,
    /// <see cref="Without.FeedForward"/> the whole sublayer with its norm; with all others it is whole.
    /// </param>
    /// <param name="x">The stream, [B, T, d].</param>
    /// <param name="sublayer">f.</param>
    /// <param name="norm">Its norm.</param>
    public static Tensor Sublayer(
        Without without, Tensor x, Func<Tensor, Tensor> sublayer, Func<Tensor, Tensor> norm)
    {
        ArgumentNullException.ThrowIfNull(sublayer);
        ArgumentNullException.ThrowIfNull(norm);
        return without switch
        {
            Without.Residuals => norm(sublayer(x)),
            Without.LayerNorm => x + sublayer(x),
            Without.FeedForward => x,
            _ => norm(x + sublayer(x)),
        };
    }

    /// <summary>Logits for a batch, with a gradient.</summary>
    /// <param name="source">B sources of S ids, without padding.</param>
    /// <param name="target">B targets of T ids, beginning with the start token.</param>
    /// <param name="maps">
    /// If given, the weights [B, h, T, S] of each attention that reads the source are added to it: the encoder's
    /// self-attentions, then the cross-attentions.
    /// </param>
    /// <returns>[B, T, vocabulary].</returns>
    public Tensor Forward(TokenBatch source, TokenBatch target, ICollection<Tensor>? maps = null) =>
        Decode(target, Encode(source, maps), maps);

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

    private Tensor Encode(TokenBatch source, ICollection<Tensor>? maps = null)
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
            x = Put(x, layer.AttentionNorm, z => Attend(layer.Attention, z, z, causal: false, maps));
            x = Put(x, layer.FeedForwardNorm, layer.FeedForward.Forward, isNetwork: true);
        }

        return x;
    }

    private Tensor Decode(TokenBatch target, Tensor memory, ICollection<Tensor>? maps = null)
    {
        Tensor y = Embed(target);
        foreach (DecoderLayer layer in model.Decoder)
        {
            y = Put(y, layer.SelfAttentionNorm, z =>
                Attend(layer.SelfAttention, z, z, causal: without != Without.CausalMask));
            y = Put(y, layer.CrossAttentionNorm, z =>
                Attend(layer.CrossAttention, z, memory, causal: false, maps));
            y = Put(y, layer.FeedForwardNorm, layer.FeedForward.Forward, isNetwork: true);
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

    private Tensor Attend(
        MultiHeadAttention attention, Tensor x, Tensor memory, bool causal, ICollection<Tensor>? maps = null)
    {
        Tensor queries = attention.Query.Forward(x);
        if (without == Without.Scaling)
        {
            queries *= MathF.Sqrt(attention.HeadWidth); // Op.Attention divides the scores by as much.
        }

        var (output, weights) = Op.Attention(
            queries, attention.Key.Forward(memory), attention.Value.Forward(memory), attention.Heads, causal);
        maps?.Add(weights);
        return attention.Output.Forward(output);
    }

    /// <summary>The stream after a sublayer. Of all sublayers only a network can be what is left out.</summary>
    private Tensor Put(Tensor x, LayerNorm norm, Func<Tensor, Tensor> f, bool isNetwork = false) => _sublayer(
        without switch
        {
            Without.Residuals or Without.LayerNorm => without,
            Without.FeedForward when isNetwork => without,
            _ => Without.Nothing,
        },
        x, f,
        z => without == Without.Epsilon ? Op.LayerNorm(z, norm.Gain, norm.Bias, epsilon: 0) : norm.Forward(z));
}
