using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// Everything a run needs to go on as if it had never stopped, in one safetensors file: parameters, the optimiser's memory, the step,
/// the random generator's state, and the best validation so far.
/// </summary>
/// <param name="Step">How many steps have been taken.</param>
/// <param name="Random">The state of a <see cref="SeededRandom"/>.</param>
/// <param name="BestValidation">The least validation loss so far; infinity before the first.</param>
/// <param name="BestStep">When that was.</param>
/// <param name="Waited">How many validations since then were no better.</param>
public sealed record Checkpoint(long Step, string Random, double BestValidation, long BestStep, int Waited)
{
    private const string Format = "TransformersFromScratch checkpoint 1";

    /// <summary>Writes the file; an interruption leaves the old one as it was.</summary>
    public void Save(string path, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        SafeTensors.Save(path, [.. optimizer.Parameters, .. StateOf(optimizer)], new Dictionary<string, string>
        {
            ["format"] = Format,
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["random"] = Random,
            ["best_validation"] = BestValidation.ToString("R", CultureInfo.InvariantCulture),
            ["best_step"] = BestStep.ToString(CultureInfo.InvariantCulture),
            ["waited"] = Waited.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Reads the file into the optimiser and its parameters.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, no checkpoint, or of another model or optimiser; nothing has been changed then.
    /// </exception>
    public static Checkpoint Load(string path, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
        {
            throw new InvalidDataException(
                $"'{path}' holds tensors but is no checkpoint of a run. To load weights alone, use SafeTensors.Load(path).CopyTo(model.Parameters()).");
        }

        Checkpoint checkpoint;
        try
        {
            checkpoint = new Checkpoint(
                long.Parse(file.Metadata["step"], CultureInfo.InvariantCulture),
                new SeededRandom(0) { State = file.Metadata["random"] }.State,
                double.Parse(file.Metadata["best_validation"], CultureInfo.InvariantCulture),
                long.Parse(file.Metadata["best_step"], CultureInfo.InvariantCulture),
                int.Parse(file.Metadata["waited"], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is FormatException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' is damaged: {e.Message}", e);
        }

        file.CopyTo([.. optimizer.Parameters, .. StateOf(optimizer)]);
        optimizer.Resume(checkpoint.Step);
        return checkpoint;
    }

    private static IEnumerable<Parameter> StateOf(Optimizer optimizer) =>
        optimizer.State().Select(state => new Parameter($"optimizer.{state.Name}", state.Value));
}
