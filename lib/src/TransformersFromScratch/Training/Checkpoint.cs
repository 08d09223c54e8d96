using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// Everything a run needs to go on as if it had never stopped, in one safetensors file: parameters, the optimiser's
/// memory, the average of the weights, the step, the random generator's state, the losses so far, and the best
/// validation.
/// </summary>
/// <param name="Step">How many steps have been taken.</param>
/// <param name="Random">The state of a <see cref="SeededRandom"/>.</param>
/// <param name="BestValidation">The least validation loss so far; infinity before the first.</param>
/// <param name="BestStep">When that was.</param>
/// <param name="Waited">How many validations since then were no better.</param>
public sealed record Checkpoint(long Step, string Random, double BestValidation, long BestStep, int Waited)
{
    private const string Kind = "TransformersFromScratch checkpoint", Format = $"{Kind} 2";
    private const string NotePrefix = "note.", LossesName = "trainer.losses", TokensName = "trainer.tokens";

    /// <summary>The loss of every step so far.</summary>
    public IReadOnlyList<float> Losses { get; init; } = [];

    /// <summary>How many tokens each of the losses is the mean of.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The validations so far.</summary>
    public IReadOnlyList<(long Step, double Loss)> Validations { get; init; } = [];

    /// <summary>Texts of whoever runs the training.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes the file; an interruption leaves the old one as it was.</summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="optimizer">With the parameters.</param>
    /// <param name="average">The average of the run, if it has one.</param>
    /// <exception cref="IOException">It cannot be written; the message says why.</exception>
    public void Save(string path, Optimizer optimizer, WeightAverage? average = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["random"] = Random,
            ["best_validation"] = BestValidation.ToString("R", CultureInfo.InvariantCulture),
            ["best_step"] = BestStep.ToString(CultureInfo.InvariantCulture),
            ["waited"] = Waited.ToString(CultureInfo.InvariantCulture),
            ["averaged"] = (average?.Count ?? 0).ToString(CultureInfo.InvariantCulture),
            ["validations"] = string.Join(
                ' ', Validations.Select(
                    one => string.Create(CultureInfo.InvariantCulture, $"{one.Step}:{one.Loss:R}"))),
        };
        foreach (var (key, text) in Notes)
        {
            metadata[NotePrefix + key] = text;
        }

        SafeTensors.Save(
            path,
            [.. optimizer.Parameters, .. StateOf(optimizer), .. average?.State(optimizer.Parameters) ?? [], .. Curve()],
            metadata);
    }

    /// <summary>Reads the file into the optimiser, its parameters and the average.</summary>
    /// <param name="path">The file.</param>
    /// <param name="optimizer">With the parameters.</param>
    /// <param name="average">The average of the run, if it has one.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, no checkpoint, or of another model, optimiser or average; nothing has been changed then.
    /// </exception>
    public static Checkpoint Load(string path, Optimizer optimizer, WeightAverage? average = null) =>
        From(path, Open(path), optimizer, average, mostSteps: long.MaxValue);

    /// <summary>A file that says of itself that it is a checkpoint.</summary>
    internal static SafeTensors Open(string path)
    {
        SafeTensors file = SafeTensors.Load(path);
        string? format = file.Metadata.GetValueOrDefault("format");
        return format == Format ? file : throw new InvalidDataException(
            format?.StartsWith(Kind, StringComparison.Ordinal) == true
                ? $"'{Excerpt.OfPath(path)}' is a checkpoint of another version of this library, which cannot be " +
                    "gone on from. Begin the training anew."
                : $"'{Excerpt.OfPath(path)}' holds tensors but is no checkpoint of a run. To load weights alone, use " +
                    "SafeTensors.Load(path).CopyTo(model.Parameters()).");
    }

    /// <summary>The texts of whoever ran the training.</summary>
    internal static Dictionary<string, string> NotesIn(SafeTensors file) => file.Metadata
        .Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value);

    /// <summary>
    /// What <see cref="Load"/> reads, from a file that has been opened, of a run of no more than so many steps.
    /// </summary>
    internal static Checkpoint From(
        string path, SafeTensors file, Optimizer optimizer, WeightAverage? average, long mostSteps)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Checkpoint checkpoint;
        List<Parameter> averaged = [];
        try
        {
            checkpoint = Parse(file, mostSteps);
            int count = (int)Whole(file, "averaged", average?.Last ?? 0);
            Parameter[] read =
                [.. optimizer.Parameters, .. StateOf(optimizer),
                    .. WeightAverage.Room(optimizer.Parameters, count, averaged)];
            if (read.FirstOrDefault(
                one => file.Tensors.TryGetValue(one.Name, out Tensor? tensor)
                    && !Array.TrueForAll(tensor.Data, float.IsFinite)) is { Name: { } broken })
            {
                throw new FormatException($"'{Excerpt.Of(broken)}' holds NaN or infinity");
            }

            file.CopyTo(read);
        }
        catch (Exception e) when (e is FormatException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"The checkpoint '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 300)}. Begin the " +
                "training anew, or use an older one.", e);
        }

        average?.Restore(averaged, optimizer.Parameters.Count);
        optimizer.Resume(checkpoint.Step);
        return checkpoint;
    }

    private static Checkpoint Parse(SafeTensors file, long mostSteps)
    {
        long step = Whole(file, "step", mostSteps);
        double best = double.Parse(file.Metadata["best_validation"], CultureInfo.InvariantCulture);
        if (double.IsNaN(best))
        {
            throw new FormatException("its best validation is not a number");
        }

        return new Checkpoint(
            step, new SeededRandom(0) { State = file.Metadata["random"] }.State, best, Whole(file, "best_step", step),
            (int)Whole(file, "waited", int.MaxValue))
        {
            Losses = Numbers(file, LossesName, step),
            Tokens =
                [.. Numbers(file, TokensName, step)
                    .Select(
                        number => number >= 1 ? checked((int)number) : throw new FormatException(
                            $"'{TokensName}' holds {number}"))],
            Validations =
                [.. file.Metadata["validations"].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(ParseValidation)],
            Notes = NotesIn(file),
        };
    }

    private static (long Step, double Loss) ParseValidation(string text) => text.Split(':') is [var step, var loss]
        ? (long.Parse(step, NumberStyles.None, CultureInfo.InvariantCulture), double.Parse(
            loss, CultureInfo.InvariantCulture))
        : throw new FormatException($"'{Excerpt.Of(text)}' is no validation");

    private static long Whole(SafeTensors file, string key, long most)
    {
        string text = file.Metadata[key];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most
            ? number
            : throw new FormatException($"its {key} is '{Excerpt.Of(text)}', not a whole number from 0 to {most}");
    }

    private static float[] Numbers(SafeTensors file, string name, long length) =>
        length == 0 ? [] : file.Tensors.TryGetValue(name, out Tensor? tensor) && tensor.Length == length
            && Array.TrueForAll(tensor.Data, float.IsFinite) ? tensor.Data
        : throw new FormatException($"'{name}' does not hold a number for each of its {length} steps");

    private IEnumerable<Parameter> Curve() => Losses.Count == 0 ? [] :
    [
        new(LossesName, new Tensor([.. Losses], Losses.Count)),
        // Whole numbers up to 2²⁴ are exact.
        new(TokensName, new Tensor([.. Tokens.Select(count => (float)count)], Tokens.Count)),
    ];

    private static IEnumerable<Parameter> StateOf(Optimizer optimizer) =>
        optimizer.State().Select(state => new Parameter($"optimizer.{state.Name}", state.Value));
}
