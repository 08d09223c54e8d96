using System.Globalization;

namespace TransformersFromScratch;

/// <summary>An epoch of a <see cref="SummaryTraining"/>.</summary>
/// <param name="Epoch">Its number, counted from 1 through both stages.</param>
/// <param name="Pretraining">What was learned in it; <see cref="Pretraining.Nothing"/> for summaries.</param>
/// <param name="Training">The mean loss of a token while it was learned, in nats.</param>
/// <param name="Validation">The same of the pairs that are kept for validation, after the epoch.</param>
/// <param name="Seconds">How long its steps took; of an epoch that was interrupted, those after it went on.</param>
public sealed record SummaryEpoch(int Epoch, Pretraining Pretraining, double Training, double Validation,
    double Seconds)
{
    private const string Header = "epoch\tlearned\ttraining loss\tvalidation loss\tseconds";
    private const string Summaries = "summaries", Spans = "spans", Infilling = "infilling";

    /// <summary>Writes a log, a line an epoch; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<SummaryEpoch> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        TabFile.Save(path, Header, log.Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Epoch}\t{one.What}\t{one.Training:F4}\t{one.Validation:F4}\t{one.Seconds:F0}")));
    }

    /// <summary>Reads a log.</summary>
    /// <exception cref="InvalidDataException">A line that is no epoch; the message says which.</exception>
    public static IReadOnlyList<SummaryEpoch> Load(string path) =>
        TabFile.Load(path, Header, Parse, "epoch", "log of a summariser", "lab summaries");

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
            $"epoch {Epoch}, {What}: training {Training:F4}, validation {Validation:F4}, {Seconds:F0} s");

    private string What => Pretraining switch
    {
        Pretraining.Nothing => Summaries,
        Pretraining.Spans => Spans,
        _ => Infilling,
    };

    private static SummaryEpoch? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Where((_, i) => i != 1).Select(TabFile.Number)];
        Pretraining? what = fields.ElementAtOrDefault(1) switch
        {
            Summaries => Pretraining.Nothing,
            Spans => Pretraining.Spans,
            Infilling => Pretraining.Infilling,
            _ => null,
        };
        return fields.Length == 5 && what is { } learned && numbers.All(double.IsFinite) && double.IsInteger(numbers[0])
            ? new SummaryEpoch((int)numbers[0], learned, numbers[1], numbers[2], numbers[3])
            : null;
    }
}
