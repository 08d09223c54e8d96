using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One training of <see cref="GptSizes"/> and what it came to.</summary>
/// <param name="Layers">N.</param>
/// <param name="Heads">h.</param>
/// <param name="DModel">d_model.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="Seed">Of the weights and the windows.</param>
/// <param name="Loss">On 200 batches of the validation text, in nats a character.</param>
/// <param name="Curve">The same on 40 batches, on the way.</param>
public sealed record GptSizePoint(
    int Layers, int Heads, int DModel, long Parameters, int Seed, double Loss, IReadOnlyList<(int Step, double Loss)> Curve);

/// <summary>
/// What more parameters are worth: the character GPT in five sizes, each with as many steps and characters of all six
/// novels. None is trained to its end, so the law is one of this budget.
/// </summary>
public static class GptSizes
{
    private const string Header = "layers\theads\td_model\tparameters\tseed\tloss\tcurve";

    /// <summary>The sizes, from about 30,000 to 2.7 million parameters.</summary>
    public static IReadOnlyList<(int Layers, int Heads, int DModel)> All { get; } =
        [(2, 4, 32), (2, 4, 64), (4, 4, 64), (4, 4, 128), (6, 6, 192)];

    /// <summary>How one of <see cref="All"/> is trained.</summary>
    public static GptRecipe Recipe((int Layers, int Heads, int DModel) size) => new()
    {
        Layers = size.Layers, Heads = size.Heads, DModel = size.DModel, Batch = 24, Steps = 2500,
    };

    /// <summary>Trains one size.</summary>
    /// <param name="recipe">What to train.</param>
    /// <param name="text">The text: its first 90 % to learn from, the rest to measure by.</param>
    /// <param name="seed">Of the weights and the windows.</param>
    /// <param name="report">Told how it is going.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static GptSizePoint Run(
        GptRecipe recipe, string text, int seed, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var characters = Characters.Of(text);
        var (first, last) = Austen.Split(text);
        var training = new GptTraining(recipe, characters.Count, characters.Encode(first), characters.Encode(last), seed);
        var curve = new List<(int Step, double Loss)>();
        for (int tenth = 1; tenth <= 10; tenth++)
        {
            int until = recipe.Steps * tenth / 10;
            if (training.Trainer.Run(report, cancellation, until).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            curve.Add((until, training.ValidationLoss(batches: 40)));
        }

        return new GptSizePoint(
            recipe.Layers, recipe.Heads, recipe.DModel, training.Model.ParameterCount, seed, training.ValidationLoss(), curve);
    }

    /// <summary>Writes points, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<GptSizePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        TabFile.Save(path, Header, points.Select(point => string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Layers}\t{point.Heads}\t{point.DModel}\t{point.Parameters}\t{point.Seed}\t{point.Loss:F4}\t{Written(point.Curve)}")));
    }

    /// <summary>Reads points.</summary>
    /// <exception cref="InvalidDataException">A line that is not a point; the message says which.</exception>
    public static IReadOnlyList<GptSizePoint> Load(string path) =>
        TabFile.Load(path, Header, Parse, "training", "sizes of a GPT", "lab gpt-sizes");

    private static string Written(IEnumerable<(int Step, double Loss)> curve) => string.Join(
        ' ', curve.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Step}:{point.Loss:F4}")));

    private static GptSizePoint? Parse(string[] fields)
    {
        if (fields.Length != 7 || !Number(fields[5], out double loss) || !long.TryParse(fields[3], CultureInfo.InvariantCulture, out long parameters))
        {
            return null;
        }

        var curve = new List<(int Step, double Loss)>();
        foreach (string point in fields[6].Split(' '))
        {
            if (point.Split(':') is not [var step, var height] || !Whole(step, out int at) || !Number(height, out double value))
            {
                return null;
            }

            curve.Add((at, value));
        }

        return Whole(fields[0], out int layers) && Whole(fields[1], out int heads) && Whole(fields[2], out int dModel) && Whole(fields[4], out int seed)
            ? new GptSizePoint(layers, heads, dModel, parameters, seed, loss, curve)
            : null;
    }

    private static bool Whole(string text, out int value) => int.TryParse(text, CultureInfo.InvariantCulture, out value);

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value > 0 && double.IsFinite(value);
}
