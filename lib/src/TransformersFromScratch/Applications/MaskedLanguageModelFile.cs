namespace TransformersFromScratch;

/// <summary>
/// The file of a <see cref="MaskedLanguageModel"/>: its weights as safetensors, and the rest as texts in the header.
/// </summary>
internal static class MaskedLanguageModelFile
{
    public const string Format = "TransformersFromScratch masked language model 1";

    private const string PiecesKey = "pieces";
    private const int MostPositions = 1 << 20;

    private static readonly string s_command = CourseCommand.Line("lab bert");

    private static readonly ModelFormat s_format = new(
        Format, "BERT",
        $"The course ships bert.safetensors in data/; to make it: {s_command}", $"One is made by: {s_command}");

    public static void Save(string path, MaskedLanguageModel model, bool half)
    {
        Dictionary<string, string> metadata = s_format.Header(model.Model.Config);
        metadata[PiecesKey] = model.Tokens.Write();
        SafeTensors.Save(path, model.Model.Parameters(), metadata, half);
    }

    public static MaskedLanguageModel Load(string path) => s_format.Load(path, file =>
    {
        BertConfig config = ModelFormat.Config<BertConfig>(file);
        config.Check();
        if (config.Positions > MostPositions)
        {
            throw new InvalidDataException($"it has {config.Positions} positions, more than {MostPositions}");
        }

        ModelFormat.RequireCount(file, config.ParameterCount());
        var tokens = WordPiece.Read(path, ModelFormat.Lines(file, PiecesKey));
        var model = new Bert(config, seed: 0);
        ModelFormat.RequireNoOther(file, model.Parameters());
        file.CopyWeightsTo(model.Parameters());
        return new MaskedLanguageModel(model, tokens);
    });
}
