using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One line in the log of a training by masked words.</summary>
/// <param name="Step">After how many steps; 0 before the first.</param>
/// <param name="Epoch">How often every text had been read.</param>
/// <param name="Seconds">How long the steps had taken.</param>
/// <param name="Training">
/// The mean loss of a token that was asked for, since the line before, in nats; 0 before the first step.
/// </param>
/// <param name="Validation">
/// The loss of a hidden token of the validation texts (<see cref="BertTraining.Validate"/>).
/// </param>
/// <param name="Right">The share of these that the model says first.</param>
public sealed record BertLog(long Step, double Epoch, double Seconds, double Training, double Validation, double Right)
{
    private const string Header = "step\tepoch\tseconds\ttraining loss\tvalidation loss\tright";

    /// <summary>Writes a log, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<BertLog> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        TabFile.Save(path, Header, log.Select(line => line.ToString()));
    }

    /// <summary>Reads a log.</summary>
    /// <exception cref="InvalidDataException">A line that is not one of a log; the message says which.</exception>
    public static IReadOnlyList<BertLog> Load(string path) =>
        TabFile.Load(path, Header, Parse, "line of the log", "log of a BERT", "lab bert");

    /// <summary>As a line of the file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Step}\t{Epoch:F2}\t{Seconds:F0}\t{Training:F4}\t{Validation:F4}\t{Right:F4}");

    /// <summary>What <see cref="ToString"/> wrote; null if it is something else.</summary>
    internal static BertLog? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Select(TabFile.Number)];
        return numbers.Length == 6 && double.IsInteger(numbers[0]) && numbers[5] <= 1
            && numbers.All(number => number >= 0 && double.IsFinite(number))
                ? new BertLog((long)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
                : null;
    }
}
