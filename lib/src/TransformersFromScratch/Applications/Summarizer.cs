using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>A trained BART together with its tokenizer: a description in, a summary of some words out. One file holds
/// all of it.</summary>
public sealed class Summarizer : TextToText
{
    private const int MostWritten = 40; // The longest synopsis of the training has 35 tokens.

    internal const string Format = "TransformersFromScratch summariser 1";

    private static readonly TextToTextFile s_file = new(
        Format, "summariser", "summaries.safetensors",
        "lab summaries");

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="model">The model; its vocabulary is the tokenizer's.</param>
    /// <param name="tokens">The tokenizer.</param>
    /// <param name="longest">How many tokens the longest text had in training: at most as many as the model has
    /// positions.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size, or the model has fewer
    /// positions.</exception>
    public Summarizer(Bart model, BytePairEncoding tokens, int longest)
        : base(model, model?.Config.Vocabulary ?? 0, tokens, longest)
    {
        Model = model!;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, Model.Config.Positions);
    }

    /// <summary>The model.</summary>
    public Bart Model { get; }

    /// <inheritdoc/>
    internal override string Source => "text";

    /// <inheritdoc/>
    internal override string Verb => "summarise";

    /// <inheritdoc/>
    internal override int MostTokens(int source) => Math.Min(MostWritten, Model.Config.Positions - 1);

    /// <summary>Summarises texts, each on its own, by greedy decoding.</summary>
    /// <param name="texts">None empty, none of more than <see cref="TextToText.Longest"/> tokens.</param>
    /// <param name="noRepeat">No n tokens come twice in the same order in a summary; 0 allows it.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A text is empty or too long; the message says which and how long it may
    /// be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> Summarise(IReadOnlyList<string> texts, int noRepeat = 0,
        CancellationToken token = default) =>
        Greedily(texts, token, noRepeat);

    /// <summary>Summarises texts, each on its own, by beam search.</summary>
    /// <param name="texts">None empty, none of more than <see cref="TextToText.Longest"/> tokens.</param>
    /// <param name="beam">How many hypotheses are followed at once.</param>
    /// <param name="lengthPenalty">α of <see cref="BeamSearch.LengthPenalty"/>; <see cref="TextToText.LengthPenalty"/>
    /// if null.</param>
    /// <param name="noRepeat">No n tokens come twice in the same order in a summary; 0 allows it.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A text is empty or too long; the message says which and how long it may
    /// be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> SummariseByBeam(
        IReadOnlyList<string> texts, int beam, double? lengthPenalty = null, int noRepeat = 0,
            CancellationToken token = default) =>
        ByBeam(texts, beam, lengthPenalty, token, noRepeat);

    /// <summary>What each layer and head of the decoder reads of a text while it writes a target: row t is read to
    /// write token t.</summary>
    /// <param name="source">The ids of the text.</param>
    /// <param name="target">The ids of the target, without start; the last row is of what comes after it.</param>
    /// <returns>[layer][head], (T+1)×S each, where T is the length of the target.</returns>
    public IReadOnlyList<IReadOnlyList<Matrix<float>>> CrossAttention(
        IReadOnlyList<int> source, IReadOnlyList<int> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        using var quiet = Tape.NoGradient();
        var read = new TokenBatch([.. source], 1, source.Count);
        var written = new TokenBatch([Model.StartId, .. target], 1, target.Count + 1);
        var maps = new List<Tensor>();
        Model.Decode(written, Model.Encode(read), read, crossMaps: maps);
        return [.. maps.Select(layer => HeadMaps.Of(layer))];
    }

    /// <summary>Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it
    /// was.</summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="half">Float16, in half the space; float32 otherwise.</param>
    public void Save(string path, bool half = true) => s_file.Save(path, this, Model.Config, Model.Parameters(), half);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else; the message says
    /// what.</exception>
    public static Summarizer Load(string path) => s_file.Load<BartConfig, Summarizer>(
        path,
        config => config.ParameterCount(),
        (config, tokens, longest) =>
        {
            var summarizer = new Summarizer(new Bart(config, seed: 0), tokens, longest);
            return (summarizer, summarizer.Model.Parameters());
        });
}
