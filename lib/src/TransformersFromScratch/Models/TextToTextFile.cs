using System.Globalization;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>The file of a <see cref="TextToText"/>: its weights as safetensors, and the rest as texts in the
/// header.</summary>
/// <param name="format">What the header names it.</param>
/// <param name="kind">What messages call it: translator, summariser.</param>
/// <param name="shipped">The files that the course ships, for messages.</param>
/// <param name="command">What makes one.</param>
internal sealed class TextToTextFile(string format, string kind, string shipped, string command)
{
    private const string FormatKey = "format", ConfigKey = "config", TokensKey = "tokens", LongestKey = "longest";
    private const string PenaltyKey = "length_penalty", LearnedKey = "learned_text";

    public void Save<TConfig>(string path, TextToText text, TConfig config, IEnumerable<Parameter> parameters,
        bool half)
    {
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = format,
            [ConfigKey] = JsonSerializer.Serialize(config),
            [TokensKey] = BytePairFile.Write(text.Tokens),
            [LongestKey] = text.Longest.ToString(CultureInfo.InvariantCulture),
            [PenaltyKey] = text.LengthPenalty.ToString("R", CultureInfo.InvariantCulture),
        };
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
        where TConfig : class where TText : TextToText
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no {kind} {path} (looked in {Path.GetFullPath(path)}). The course ships {shipped} in " +
                $"data/; to make one: {command}", path);
        }

        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != format)
        {
            throw new InvalidDataException(
                $"'{path}' holds tensors but no {kind} of this course. Those are made by: {command}");
        }

        try
        {
            TConfig config = JsonSerializer.Deserialize<TConfig>(file.Metadata[ConfigKey])
                ?? throw new InvalidDataException("its configuration is null");
            BytePairEncoding tokens = BytePairFile.Read(path, file.Metadata[TokensKey].TrimEnd('\n').Split('\n'));

            // Before anything is built by the numbers of the header: do they fit what is in the file?
            long counted = count(config), held = file.Tensors.Values.Sum(tensor => (long)tensor.Length);
            if (counted != held)
            {
                throw new InvalidDataException($"its configuration has {counted} parameters, but its tensors {held}");
            }

            int longest = int.Parse(file.Metadata[LongestKey], NumberStyles.None, CultureInfo.InvariantCulture);
            var (text, parameters) = build(config, tokens, longest);
            file.CopyWeightsTo(parameters);

            // The two that older files have not.
            text.LengthPenalty = file.Metadata.TryGetValue(PenaltyKey, out string? alpha)
                ? double.Parse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture) : TextToText.PaperPenalty;
            text.Learned = file.Metadata.TryGetValue(LearnedKey, out string? learned) ? LearnedText.Read(learned)
                : null;
            return text;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException
            or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"The {kind} '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }
}
