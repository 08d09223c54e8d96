using System.Globalization;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// The file of a <see cref="LanguageModel"/>: its weights as safetensors, and the rest as texts in the header.
/// </summary>
internal static class LanguageModelFile
{
    private const string Format = "TransformersFromScratch language model 1";
    private const string FormatKey = "format", ConfigKey = "config";
    private const string CharactersKey = "characters", PairsKey = "tokens", EndKey = "end";
    private const string Command = "dotnet run --project lib/src/Course -- lab austen-gpt";
    private const int LongestContext = 1 << 20;

    public static void Save(string path, LanguageModel model, bool half)
    {
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [ConfigKey] = JsonSerializer.Serialize(model.Model.Config),
        };
        switch (model.Tokens)
        {
            case Characters characters: metadata[CharactersKey] = characters.All; break;
            case BytePairEncoding pairs: metadata[PairsKey] = BytePairFile.Write(pairs); break;
            default:
                throw new NotSupportedException(
                $"A file holds characters or a byte-pair encoding, not a {model.Tokens.GetType().Name}.");
        }

        if (model.End is { } end)
        {
            metadata[EndKey] = end.ToString(CultureInfo.InvariantCulture);
        }

        SafeTensors.Save(path, model.Model.Parameters(), metadata, half);
    }

    public static LanguageModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no language model {path} (looked in {Path.GetFullPath(path)}). " +
                $"The course ships austen-gpt.safetensors in data/; to make it: {Command}", path);
        }

        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format)
        {
            throw new InvalidDataException(
                $"'{path}' holds tensors but no language model of this course. One is made by: {Command}");
        }

        try
        {
            GptConfig config = JsonSerializer.Deserialize<GptConfig>(file.Metadata[ConfigKey])
                ?? throw new InvalidDataException("its configuration is null");
            RequireRoom(config, file);
            ITokenizer tokens = file.Metadata.TryGetValue(CharactersKey, out string? all)
                ? CharactersOf(all)
                : BytePairFile.Read(path, file.Metadata[PairsKey].TrimEnd('\n').Split('\n'));
            int? end = file.Metadata.TryGetValue(EndKey, out string? id)
                ? int.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)
                : null;
            var model = new Gpt(config, seed: 0);
            RequireAll(model, file);
            file.CopyWeightsTo(model.Parameters());
            return new LanguageModel(model, tokens, end);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException
            or OverflowException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"The language model '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }

    /// <summary>
    /// Before anything is built by the numbers of the header: a model has at least these weights, and the file must
    /// hold them.
    /// </summary>
    private static void RequireRoom(GptConfig config, SafeTensors file)
    {
        config.Check();
        if (config.Context > LongestContext)
        {
            throw new InvalidDataException($"its context is {config.Context}, more than {LongestContext}");
        }

        long held = file.Tensors.Values.Sum(tensor => (long)tensor.Length), d = config.DModel;
        long places = config.Positions == PositionKind.Learned ? config.Context : 0;
        long layer = checked((2 * d * d) + (2 * d * config.DFeedForward * config.Experts));
        long least = checked(((config.Vocabulary + places) * d) + (config.Layers * layer));
        if (least > held)
        {
            throw new InvalidDataException($"its configuration has {least} parameters or more, but its tensors {held}");
        }
    }

    /// <summary>A tensor that the model has no place for is as wrong as one that is missing.</summary>
    private static void RequireAll(Gpt model, SafeTensors file)
    {
        string[] known = [.. model.Parameters().Select(parameter => parameter.Name)];
        if (file.Tensors.Keys.Except(known).FirstOrDefault() is { } stranger)
        {
            throw new InvalidDataException($"its tensor '{Excerpt.Of(stranger)}' is none of the model's");
        }
    }

    private static Characters CharactersOf(string all) => Characters.Of(all) is var characters && characters.All == all
        ? characters
        : throw new InvalidDataException("its characters are not each there once and in the order of their code");
}
