using System.Text.Json.Nodes;
using Shared;

namespace TransformersFromScratch;

/// <summary>The folder of a model, written.</summary>
public sealed partial class Pretrained
{
    private IReadOnlyList<PublishedFile> _tokenizerFiles = [];

    /// <summary>
    /// Writes a folder as Hugging Face's <c>from_pretrained</c> takes it: config.json, model.safetensors in float32,
    /// generation_config.json, and the files of the tokenizer, if there is one. <see cref="Load(string, bool)"/> reads
    /// it again.
    /// </summary>
    /// <remarks>The files of a tokenizer that was loaded are copied as they are.</remarks>
    /// <param name="folder">A new folder, or an empty one: its files come together or not at all.</param>
    /// <exception cref="NotSupportedException">The layout has no place for this model.</exception>
    /// <exception cref="IOException">There is something already, or it cannot be written; the message says
    /// why.</exception>
    public void Save(string folder)
    {
        var (config, names) = Layout();
        SaveFolder(folder, config, unfinished => SafeTensors.Save(
            Path.Combine(unfinished, "model.safetensors"), names.Tensors(),
            new Dictionary<string, string> { ["format"] = "pt" }));
    }

    /// <summary>The model as ONNX: one file, or three where a source is read and a target written.</summary>
    /// <exception cref="NotSupportedException">It has an option that no operation here stands for.</exception>
    public IReadOnlyList<OnnxFile> OnnxFiles(OnnxOptions? options = null) =>
        Gpt is not null ? [OnnxFile.Of(Gpt, options)]
        : EncoderDecoder is not null ? OnnxFile.Of(EncoderDecoder, options)
        : Classifier is not null ? [OnnxFile.Of(Classifier, options)]
        : Reader is not null ? [OnnxFile.Of(Reader, options)]
        : [OnnxFile.Of(Bert!, HasMaskedHead, options)];

    /// <summary>
    /// Writes a folder as Hugging Face's Optimum takes it: the <see cref="OnnxFiles"/>, and beside them the
    /// config.json, generation_config.json and files of the tokenizer that <see cref="Save"/> writes.
    /// </summary>
    /// <param name="folder">A new folder, or an empty one: its files come together or not at all.</param>
    /// <param name="options">How; null for float32.</param>
    /// <exception cref="NotSupportedException">No operation here stands for one of the model's options, or the
    /// layout has no place for it.</exception>
    /// <exception cref="IOException">There is something already, or it cannot be written; the message says
    /// why.</exception>
    public void SaveOnnx(string folder, OnnxOptions? options = null)
    {
        IReadOnlyList<OnnxFile> files = OnnxFiles(options);
        SaveFolder(folder, Layout().Config, unfinished =>
        {
            foreach (OnnxFile file in files)
            {
                file.Save(Path.Combine(unfinished, file.Name));
            }
        });
    }

    /// <summary>Writes a folder, its files together or not at all.</summary>
    /// <param name="folder">A new folder, or an empty one.</param>
    /// <param name="config">Its config.json.</param>
    /// <param name="saveModel">Writes the model into the unfinished folder.</param>
    private void SaveFolder(string folder, JsonObject config, Action<string> saveModel)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new IOException(
                $"{Excerpt.OfPath(folder)} is there already, and not an empty folder. Name a new one.");
        }

        string unfinished = WholeFile.UnfinishedNameOf(target);
        try
        {
            foreach (PublishedFile file in _tokenizerFiles)
            {
                Write(file);
            }

            saveModel(unfinished);
            if (Bert is null) { Write(PublishedFile.Of("generation_config.json", Generation.Write(config))); }

            Write(PublishedFile.Of(ConfigName, config));
            if (Directory.Exists(target)) { Directory.Delete(target); }

            Directory.Move(unfinished, target);
        }
        finally
        {
            if (Directory.Exists(unfinished)) { Directory.Delete(unfinished, recursive: true); }
        }

        void Write(PublishedFile file)
        {
            byte[] bytes = file.Bytes();
            WholeFile.Write(Path.Combine(unfinished, file.Name), stream => stream.Write(bytes));
        }
    }

    /// <summary>The config.json and the names of the tensors.</summary>
    private (JsonObject Config, NameTable Names) Layout() => (Architecture, EncoderDecoder) switch
    {
        ("gpt2", _) => (Gpt2Layout.Describe(Gpt!, Generation), Gpt2Layout.Names(Gpt!)),
        ("llama", _) => (LlamaLayout.Describe(Gpt!, Generation), LlamaLayout.Names(Gpt!)),
        (_, T5 t5) => (T5Layout.Describe(t5, Generation), T5Layout.Names(t5)),
        (_, Bart bart) => (BartLayout.Describe(bart, Generation), BartLayout.Names(bart, writing: true)),
        (_, Transformer transformer) => (
            MarianLayout.Describe(transformer, Generation), MarianLayout.Names(transformer, writing: true)),
        _ => (
            BertLayout.Describe(
                Bert!, Classifier, Reader, HasMaskedHead, Architecture == "roberta", Generation),
            BertLayout.Names(Bert!, Classifier, Reader, HasMaskedHead, Architecture == "roberta")),
    };
}
