using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// The file of a <see cref="MaskedLanguageModel"/>: its weights as safetensors, and the rest as texts in the header.
/// </summary>
internal static class MaskedLanguageModelFile
{
    private const string Format = "TransformersFromScratch masked language model 1";
    private const string FormatKey = "format", ConfigKey = "config", PiecesKey = "pieces";
    private const string Command = "dotnet run --project lib/src/Course -- lab bert";
    private const int MostPositions = 1 << 20;

    public static void Save(string path, MaskedLanguageModel model, bool half) => SafeTensors.Save(
        path, model.Model.Parameters(),
        new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [ConfigKey] = JsonSerializer.Serialize(model.Model.Config),
            [PiecesKey] = model.Tokens.Write(),
        },
        half);

    public static MaskedLanguageModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no BERT {path} (looked in {Path.GetFullPath(path)}). " +
                $"The course ships bert.safetensors in data/; to make it: {Command}", path);
        }

        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format)
        {
            throw new InvalidDataException(
                $"'{path}' holds tensors but no BERT of this course. One is made by: {Command}");
        }

        try
        {
            BertConfig config = JsonSerializer.Deserialize<BertConfig>(file.Metadata[ConfigKey])
                ?? throw new InvalidDataException("its configuration is null");
            RequireRoom(config, file);
            var tokens = WordPiece.Read(path, file.Metadata[PiecesKey].TrimEnd('\n').Split('\n'));
            var model = new Bert(config, seed: 0);
            string[] known = [.. model.Parameters().Select(parameter => parameter.Name)];
            if (file.Tensors.Keys.Except(known).FirstOrDefault() is { } stranger)
            {
                throw new InvalidDataException($"its tensor '{Excerpt.Of(stranger)}' is none of the model's");
            }

            file.CopyWeightsTo(model.Parameters());
            return new MaskedLanguageModel(model, tokens);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException
            or OverflowException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"The BERT '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }

    /// <summary>
    /// Before anything is built by the numbers of the header: the file must hold as many as it says.
    /// </summary>
    private static void RequireRoom(BertConfig config, SafeTensors file)
    {
        config.Check();
        if (config.Positions > MostPositions)
        {
            throw new InvalidDataException($"it has {config.Positions} positions, more than {MostPositions}");
        }

        long held = file.Tensors.Values.Sum(tensor => (long)tensor.Length), said = config.ParameterCount();
        if (said != held)
        {
            throw new InvalidDataException($"its configuration has {said} parameters, but its tensors {held}");
        }
    }
}
