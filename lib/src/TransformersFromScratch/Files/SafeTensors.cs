using Shared;

namespace TransformersFromScratch;

/// <summary>
/// Files of named tensors in the safetensors format (Hugging Face): 8 bytes with the header's length, a JSON header
/// that says of each tensor its type, shape and place, then the numbers, little-endian. Nothing in it can be executed,
/// unlike Python's pickles.
/// </summary>
/// <remarks>
/// Reading believes nothing: every length is compared with the file's own before any memory is asked for.
/// </remarks>
public sealed class SafeTensors
{
    private SafeTensors(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> skipped,
        IReadOnlyDictionary<string, string> metadata) =>
        (Tensors, Skipped, Metadata) = (tensors, skipped, metadata);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>
    /// The tensors that were left in the file because they are of another type, or without a number: by name, why.
    /// </summary>
    public IReadOnlyDictionary<string, string> Skipped { get; }

    /// <summary>Texts that came with them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="InvalidDataException">There is none, or it was skipped; the message says which, and
    /// why.</exception>
    public Tensor this[string name] =>
        Tensors.TryGetValue(name, out Tensor? tensor) ? tensor : throw new InvalidDataException(
        Skipped.TryGetValue(name, out string? why)
            ? $"The tensor '{Excerpt.Of(name)}' was not read: {why}."
            : $"The file has no tensor '{Excerpt.Of(name)}' (it has {Tensors.Count}, such as " +
                $"'{Excerpt.Of(Tensors.Keys.FirstOrDefault() ?? "")}'). " +
                "Was it saved from a model of another kind or size?");

    /// <summary>Writes a file whole or not at all: whoever is interrupted keeps the old file.</summary>
    /// <param name="path">Usually ending in .safetensors.</param>
    /// <param name="tensors">What to write, each name once.</param>
    /// <param name="metadata">Texts to go with them, or null.</param>
    /// <param name="half">
    /// Whether to write float16, which halves the file and keeps 11 binary digits of each number: enough to compute
    /// with, too few to go on training from.
    /// </param>
    /// <exception cref="ArgumentException">A name twice, or with <paramref name="half"/> a number beyond float16's
    /// ±65,504.</exception>
    /// <exception cref="IOException">It cannot be written; the message says why.</exception>
    public static void Save(
        string path, IEnumerable<Parameter> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        bool half = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        Parameter[] all = [.. tensors];
        WholeFile.Write(path, stream => SafeTensorsFile.Write(stream, all, metadata, half));
    }

    /// <summary>
    /// Reads a file. Numbers of types F32, F16 and BF16 become float32; tensors of other types, such as the whole
    /// numbers that many published models carry beside their weights, are <see cref="Skipped"/>, and so are those that
    /// an axis of length 0 leaves without a number.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no safetensors file, is cut off, or contradicts itself; the
    /// message says where.</exception>
    public static SafeTensors Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var map = SafeTensorsMap.Open(path);
        SafeTensorsHeader header = map.Header;
        long numbers = header.Entries.Where(entry => entry.Unreadable is null).Sum(entry => entry.Count),
            room = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (numbers > room / 4)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(path)}' holds {numbers} numbers, which take {numbers / 250_000_000} GB; this " +
                $"machine has {room / 1_000_000_000}.");
        }

        var tensors = new Dictionary<string, Tensor>();
        var skipped = new Dictionary<string, string>();
        foreach (SafeTensorsEntry entry in header.Entries)
        {
            if (entry.Unreadable is { } why)
            {
                skipped[entry.Name] = why;
                continue;
            }

            var tensor = new Tensor([.. entry.Shape.Select(axis => (int)axis)]);
            map.CopyTo(entry, 0, tensor.Span);
            tensors[entry.Name] = tensor;
        }

        return new SafeTensors(tensors, skipped, header.Metadata);
    }

    /// <summary>Copies a trained model's weights, which have to be numbers.</summary>
    /// <exception cref="InvalidDataException">A parameter is missing, has another shape, or holds NaN or
    /// infinity.</exception>
    internal void CopyWeightsTo(IEnumerable<Parameter> parameters)
    {
        Parameter[] all = [.. parameters];
        CopyTo(all);
        if (Array.Find(
            all, parameter => Array.Exists(
                parameter.Value.Data, number => !float.IsFinite(number))) is { Name: { } broken })
        {
            throw new InvalidDataException(
                $"'{Excerpt.Of(broken)}' holds a number that is none (NaN or infinity); the training it comes from " +
                "has diverged");
        }
    }

    /// <summary>Copies tensors into parameters of the same names and shapes. Either all are copied or none.</summary>
    /// <param name="parameters">Where to; tensors of other names are left alone.</param>
    /// <exception cref="InvalidDataException">A parameter is missing, or has another shape.</exception>
    public void CopyTo(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameter[] all = [.. parameters];
        foreach (var (name, parameter) in all)
        {
            Tensor tensor = this[name];
            if (!tensor.Shape.SequenceEqual(parameter.Shape))
            {
                throw new InvalidDataException(
                    $"'{Excerpt.Of(name)}' is {tensor.ShapeText} in the file but {parameter.ShapeText} in the model. " +
                    "Build the model with the " +
                    "hyperparameters the file was saved with.");
            }
        }

        foreach (var (name, parameter) in all)
        {
            Tensors[name].Span.CopyTo(parameter.Span);
        }
    }
}
