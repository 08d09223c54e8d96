using System.Globalization;

namespace TransformersFromScratch;

/// <summary>The file of a <see cref="TextToText"/>: its weights as safetensors, and the rest as texts in the
/// header.</summary>
/// <param name="format">What the header names it.</param>
/// <param name="kind">What messages call it: translator, summariser.</param>
/// <param name="shipped">The files that the course ships, for messages.</param>
/// <param name="command">What makes one: "train en-fr".</param>
internal sealed class TextToTextFile(string format, string kind, string shipped, string command)
{
    private const string TokensKey = "tokens", LongestKey = "longest";
    private const string PenaltyKey = "length_penalty", LearnedKey = "learned_text";

    private readonly ModelFormat _format = new(
        format, kind, $"The course ships {shipped} in data/; to make one: {CourseCommand.Line(command)}",
        $"Those are made by: {CourseCommand.Line(command)}");

    public void Save<TConfig>(string path, TextToText text, TConfig config, IEnumerable<Parameter> parameters,
        bool half)
    {
        Dictionary<string, string> metadata = _format.Header(config);
        metadata[TokensKey] = BytePairFile.Write(text.Tokens);
        metadata[LongestKey] = text.Longest.ToString(CultureInfo.InvariantCulture);
        metadata[PenaltyKey] = text.LengthPenalty.ToString("R", CultureInfo.InvariantCulture);
        if (text.Learned is { } learned)
        {
            metadata[LearnedKey] = learned.Write();
        }

        SafeTensors.Save(path, parameters, metadata, half);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many numbers a model of a configuration learns, without building it.</param>
    /// <param name="build">Makes the model of a configuration, the tokenizer and the greatest length, and hands over
    /// its parameters.</param>
    public TText Load<TConfig, TText>(
        string path, Func<TConfig, long> count, Func<TConfig, BytePairEncoding, int,
            (TText Text, IEnumerable<Parameter> Parameters)> build)
        where TConfig : class where TText : TextToText => _format.Load(path, file =>
        {
            TConfig config = ModelFormat.Config<TConfig>(file);
            BytePairEncoding tokens = BytePairFile.Read(path, ModelFormat.Lines(file, TokensKey));
            ModelFormat.RequireCount(file, count(config));
            int longest = int.Parse(file.Metadata[LongestKey], NumberStyles.None, CultureInfo.InvariantCulture);
            var (text, parameters) = build(config, tokens, longest);
            file.CopyWeightsTo(parameters);

            // The two that older files have not.
            text.LengthPenalty = file.Metadata.TryGetValue(PenaltyKey, out string? alpha)
                ? double.Parse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture)
                : TextToText.PaperPenalty;
            text.Learned = file.Metadata.TryGetValue(LearnedKey, out string? learned)
                ? LearnedText.Read(learned)
                : null;
            return text;
        });
}
