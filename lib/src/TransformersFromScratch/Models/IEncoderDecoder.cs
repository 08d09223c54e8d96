namespace TransformersFromScratch;

/// <summary>
/// A model that reads a source and writes a target: <see cref="Transformer"/> of 2017, <see cref="T5"/> and
/// <see cref="Bart"/>. Whatever trains one or writes with one takes any of them: <see cref="Greedy"/>,
/// <see cref="BeamSearch"/>, <see cref="Sampling"/>, <see cref="DecoderCache"/>.
/// </summary>
public interface IEncoderDecoder
{
    /// <summary>The token that fills short sentences and is never attended to.</summary>
    int PaddingId { get; }

    /// <summary>The token that every target begins with.</summary>
    int StartId { get; }

    /// <summary>The token that ends a target.</summary>
    int EndId { get; }

    /// <summary>The layers of the decoder, from the bottom.</summary>
    IReadOnlyList<DecoderLayer> Decoder { get; }

    /// <summary>Every learned tensor by name.</summary>
    IEnumerable<Parameter> Parameters();

    /// <summary>Reads a batch of sources, with a gradient.</summary>
    /// <param name="source">B sentences of S ids; padding is masked as a key.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, S, S] are added to it.</param>
    /// <param name="probe">Looks at what flows through the layers, and may change it; null for nobody.</param>
    /// <returns>[B, S, d_model].</returns>
    Tensor Encode(
        TokenBatch source, Random? training = null, ICollection<Tensor>? maps = null, Probe? probe = null);

    /// <summary>Writes a batch of targets, with a gradient; each token sees itself and those before it.</summary>
    /// <param name="target">B sentences of T ids, beginning with the start token.</param>
    /// <param name="memory">[B, S, d_model], from <see cref="Encode"/>.</param>
    /// <param name="source">What the memory was made from, to know its padding.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="selfMaps">If given, each layer's weights [B, h, T, T] are added to it.</param>
    /// <param name="crossMaps">If given, each layer's weights [B, h, T, S] are added to it.</param>
    /// <param name="probe">
    /// Looks at what flows through the layers, and at the heads of the self-attention; it may change them. Null for
    /// nobody.
    /// </param>
    /// <returns>[B, T, d_model], before the output.</returns>
    Tensor Decode(
        TokenBatch target, Tensor memory, TokenBatch source, Random? training = null,
        ICollection<Tensor>? selfMaps = null, ICollection<Tensor>? crossMaps = null, Probe? probe = null);

    /// <summary>The output: from what <see cref="Decode"/> gives to scores over the vocabulary.</summary>
    /// <param name="decoded">[…, d_model].</param>
    /// <returns>[…, vocabulary].</returns>
    Tensor Logits(Tensor decoded);

    /// <summary>The whole forward pass of a batch, with a gradient.</summary>
    /// <param name="source">B sentences of S ids.</param>
    /// <param name="target">B sentences of T ids, beginning with the start token.</param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <returns>[B, T, vocabulary]: logits for the token that follows each target token.</returns>
    Tensor Forward(TokenBatch source, TokenBatch target, Random? training = null);

    /// <summary>
    /// What enters the first layer of the decoder, for one token a row, all at the same place; no dropout.
    /// </summary>
    /// <param name="tokens">An id a row.</param>
    /// <param name="position">Their place, from 0.</param>
    /// <returns>[rows, d_model].</returns>
    Tensor EmbedAt(int[] tokens, int position);

    /// <summary>What each head of the decoder adds to the scores of the last query, or null for nothing.</summary>
    /// <param name="keys">How many tokens it sees, itself the last.</param>
    /// <returns>[h, 1, keys].</returns>
    Tensor? BiasAt(int keys);

    /// <summary>The norm after the decoder's last layer, or null.</summary>
    LayerNorm? DecoderNorm { get; }
}
