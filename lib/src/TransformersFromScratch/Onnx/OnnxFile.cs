using Shared;

namespace TransformersFromScratch;

/// <summary>
/// A model, or a part of one, as an ONNX file (Open Neural Network Exchange): a graph of operations with the weights in
/// it, which ONNX Runtime and others run without any of this course. Batch and length are open; the operations are
/// those of opset 17.
/// </summary>
/// <remarks>
/// Graphs are built from the layers of the model, one method a layer. Inputs and outputs have the names and axes that
/// Hugging Face's exporter (Optimum) gives them, and so have the files: <c>model.onnx</c> for a <see cref="Gpt"/> or a
/// <see cref="Bert"/>, and for what reads a source and writes a target <c>encoder_model.onnx</c>,
/// <c>decoder_model.onnx</c> and <c>decoder_with_past_model.onnx</c>.
/// </remarks>
public sealed class OnnxFile
{
    private readonly OnnxGraph _graph;

    private OnnxFile(string name, OnnxGraph graph) => (Name, _graph) = (name, graph);

    /// <summary>Its name in the folder of a model.</summary>
    public string Name { get; }

    /// <summary>
    /// A GPT: <c>input_ids</c> [B, T], <c>attention_mask</c> [B, P + T] and the cache of the P tokens before,
    /// <c>past_key_values.0.key</c> … [B, g, P, d_k], where P may be 0. It gives <c>logits</c> [B, T, vocabulary] and
    /// <c>present.0.key</c> … [B, g, P + T, d_k]. Padding stands before a sentence or after it.
    /// </summary>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for.</exception>
    public static OnnxFile Of(Gpt model, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new OnnxFile("model.onnx", OnnxGpt.Graph(model, options ?? new OnnxOptions()));
    }

    /// <summary>
    /// A BERT: <c>input_ids</c>, <c>attention_mask</c> and, where there are several kinds of text,
    /// <c>token_type_ids</c>, [B, T] each. It gives the <c>logits</c> of masked words [B, T, vocabulary], or without
    /// that head <c>last_hidden_state</c> [B, T, d_model].
    /// </summary>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for.</exception>
    public static OnnxFile Of(Bert model, bool maskedHead = true, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxOptions();
        return new OnnxFile(
            "model.onnx", maskedHead ? OnnxBert.MaskedWords(model, options) : OnnxBert.Body(model, options));
    }

    /// <summary>A BERT that says which class a text belongs to: it gives <c>logits</c> [B, classes].</summary>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for.</exception>
    public static OnnxFile Of(BertClassifier model, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new OnnxFile("model.onnx", OnnxBert.Classes(model, options ?? new OnnxOptions()));
    }

    /// <summary>A BERT that answers: it gives <c>start_logits</c> and <c>end_logits</c> [B, T].</summary>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for.</exception>
    public static OnnxFile Of(BertReader model, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new OnnxFile("model.onnx", OnnxBert.Answers(model, options ?? new OnnxOptions()));
    }

    /// <summary>A Transformer of 2017, a BART or a T5, as three files.</summary>
    /// <remarks>
    /// The encoder makes <c>last_hidden_state</c> [B, S, d_model] of <c>input_ids</c> and <c>attention_mask</c>, [B, S]
    /// each. The decoder takes that as <c>encoder_hidden_states</c>, with <c>encoder_attention_mask</c> and the
    /// <c>input_ids</c> of a target, [B, T]. It gives <c>logits</c> [B, T, vocabulary] and what each layer remembers of
    /// target and source: <c>present.0.decoder.key</c> …, <c>present.0.encoder.key</c> …. The decoder with a past takes
    /// these as <c>past_key_values.0.decoder.key</c> … and no hidden states; the source's it does not give back, for
    /// they stay. Targets have no padding before them.
    /// </remarks>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for, or no
    /// layers.</exception>
    public static IReadOnlyList<OnnxFile> Of(IEncoderDecoder model, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxOptions();
        return
        [
            new("encoder_model.onnx", OnnxEncoderDecoder.Encoder(model, options)),
            new("decoder_model.onnx", OnnxEncoderDecoder.Decoder(model, options, goesOn: false)),
            new("decoder_with_past_model.onnx", OnnxEncoderDecoder.Decoder(model, options, goesOn: true)),
        ];
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">Usually ending in .onnx.</param>
    /// <exception cref="NotSupportedException">It would have more than 2 GB.</exception>
    /// <exception cref="IOException">It cannot be written; the message says why.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, _graph.WriteTo);
    }
}
