using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// What the files of all models have in common: weights as safetensors, a header that names the format and holds the
/// configuration, and what is said of a file that is missing, holds something else, or is damaged.
/// </summary>
/// <param name="format">What the header names it.</param>
/// <param name="kind">What messages call it: translator, language model.</param>
/// <param name="help">A sentence for whoever has no such file: what the course ships, and what makes one.</param>
/// <param name="origin">A sentence for whoever has another file: what makes such ones.</param>
internal sealed class ModelFormat(string format, string kind, string help, string origin)
{
    private const string FormatKey = "format", ConfigKey = "config";

    /// <summary>What the header of a file names; null if it is of no model of this course.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public static string? Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no model {Excerpt.OfPath(path)} (looked in {Excerpt.OfPath(Path.GetFullPath(path))}).");
        }

        using var map = SafeTensorsMap.Open(path);
        return map.Header.Metadata.GetValueOrDefault(FormatKey);
    }

    /// <summary>The header of a model; what else belongs to it is added.</summary>
    public Dictionary<string, string> Header<TConfig>(TConfig config) => new()
    {
        [FormatKey] = format,
        [ConfigKey] = JsonSerializer.Serialize(config),
    };

    /// <summary>Opens a file and makes of it what it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">
    /// From the tensors and the header to the model. Whatever it throws because of them makes the file a damaged one.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds something else; the message says what.
    /// </exception>
    public T Load<T>(string path, Func<SafeTensors, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no {kind} {path} (looked in {Path.GetFullPath(path)}). {help}", path);
        }

        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != format)
        {
            throw new InvalidDataException($"'{path}' holds tensors but no {kind} of this course. {origin}");
        }

        try
        {
            return read(file);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException
            or OverflowException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"The {kind} '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }

    /// <summary>A model and its tokenizer must know the same tokens.</summary>
    /// <param name="model">How many tokens the model knows.</param>
    /// <param name="tokens">How many the tokenizer has; in messages it is called tokens.</param>
    /// <exception cref="ArgumentException">The numbers differ.</exception>
    public static void RequireSameVocabulary(int model, int tokens)
    {
        if (model != tokens)
        {
            throw new ArgumentException(
                $"The model knows {model} tokens, but the tokenizer has {tokens}. They have to be from the same " +
                "training.", nameof(tokens));
        }
    }

    /// <summary>The configuration in the header.</summary>
    /// <exception cref="InvalidDataException">It is null.</exception>
    public static TConfig Config<TConfig>(SafeTensors file) where TConfig : class =>
        JsonSerializer.Deserialize<TConfig>(file.Metadata[ConfigKey])
            ?? throw new InvalidDataException("its configuration is null");

    /// <summary>The lines of a tokenizer in the header.</summary>
    public static string[] Lines(SafeTensors file, string key) => file.Metadata[key].TrimEnd('\n').Split('\n');

    /// <summary>How many numbers all tensors hold.</summary>
    public static long Held(SafeTensors file) => file.Tensors.Values.Sum(tensor => (long)tensor.Length);

    /// <summary>Before anything is built by the numbers of the header: the file must hold as many as it says.</summary>
    /// <exception cref="InvalidDataException">It holds another number of them.</exception>
    public static void RequireCount(SafeTensors file, long said)
    {
        if (Held(file) is var held && said != held)
        {
            throw new InvalidDataException($"its configuration has {said} parameters, but its tensors {held}");
        }
    }

    /// <summary>A tensor that the model has no place for is as wrong as one that is missing.</summary>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public static void RequireNoOther(SafeTensors file, IEnumerable<Parameter> parameters)
    {
        if (file.Tensors.Keys.Except(parameters.Select(parameter => parameter.Name)).FirstOrDefault() is { } stranger)
        {
            throw new InvalidDataException($"its tensor '{Excerpt.Of(stranger)}' is none of the model's");
        }
    }
}
