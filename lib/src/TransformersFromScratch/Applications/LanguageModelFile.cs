using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// The file of a <see cref="LanguageModel"/>: its weights as safetensors, and the rest as texts in the header.
/// </summary>
internal static class LanguageModelFile
{
    public const string Format = "TransformersFromScratch language model 1";

    private const string CharactersKey = "characters", PairsKey = "tokens", EndKey = "end";
    private const int LongestContext = 1 << 20;

    private static readonly string s_command = CourseCommand.Line("lab austen-gpt");

    private static readonly ModelFormat s_format = new(
        Format, "language model",
        $"The course ships austen-gpt.safetensors in data/; to make it: {s_command}", $"One is made by: {s_command}");

    public static void Save(string path, LanguageModel model, bool half)
    {
        Dictionary<string, string> metadata = s_format.Header(model.Model.Config);
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

    public static LanguageModel Load(string path) => s_format.Load(path, file =>
    {
        GptConfig config = ModelFormat.Config<GptConfig>(file);
        RequireRoom(config, file);
        ITokenizer tokens = file.Metadata.TryGetValue(CharactersKey, out string? all)
            ? CharactersOf(all)
            : BytePairFile.Read(path, ModelFormat.Lines(file, PairsKey));
        int? end = file.Metadata.TryGetValue(EndKey, out string? id)
            ? int.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
        var model = new Gpt(config, seed: 0);
        ModelFormat.RequireNoOther(file, model.Parameters());
        file.CopyWeightsTo(model.Parameters());
        return new LanguageModel(model, tokens, end);
    });

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

        long held = ModelFormat.Held(file), d = config.DModel;
        long places = config.Positions == PositionKind.Learned ? config.Context : 0;
        long layer = checked((2 * d * d) + (2 * d * config.DFeedForward * config.Experts));
        long least = checked(((config.Vocabulary + places) * d) + (config.Layers * layer));
        if (least > held)
        {
            throw new InvalidDataException($"its configuration has {least} parameters or more, but its tensors {held}");
        }
    }

    private static Characters CharactersOf(string all) => Characters.Of(all) is var characters && characters.All == all
        ? characters
        : throw new InvalidDataException("its characters are not each there once and in the order of their code");
}
