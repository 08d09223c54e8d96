using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

// Exercises 2 and 3: the reader finds something out.
public static partial class Exercise08
{
    private const int AllowedSteps = 300, FasterTested = 200;
    private const double Enough = 0.9;
    private static readonly int[] s_fasterSeeds = [1, 2];

    private static readonly Question<Matrix<float>, int> s_findMirror = new(MirrorInputs)
    {
        Right = scores => Best(scores, (t, s) => t + s),
        Say = scores => $"scores of {Shapes.Of(scores)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (scores => Best(scores, (t, s) => t - s + scores.ColumnCount - 1), "You compare the diagonals that run " +
                "from top left to bottom right. A mirror runs the other way: t + s is the same all along it."),
            (scores => Best(scores, (t, s) => t + s, mean: false), "You compare sums. The lines in the middle have " +
                "more places, so a sum favours them: compare means."),
            (scores => Best(-scores, (t, s) => t + s), "You return the line with the lowest mean."),
            (scores => Best(scores, (t, s) => t + s) + 1, "One too large: places are counted from 0, so the first " +
                "line is c = 0."),
            (scores => scores.Row(0).MaximumIndex(), "That is where place 0 looks. One row is noisy: use all places " +
                "with t + s = c."),
            (scores => scores.EnumerateIndexed().MaxBy(x => x.Item3) is var (t, s, _) ? t + s : 0, "That is the line " +
                "of the single highest score. One place may be high by chance: compare means of lines."),
            (scores => scores.RowCount - 1, "That is the mirror of the length that you hope for. Look at the scores."),
        ],
        Symptoms =
            [((scores, c) => c < 0 || c > scores.RowCount + scores.ColumnCount - 2, "c is t + s, from 0 to the sum " +
                "of both last places.")],
    };

    /// <summary>What exercise 2 gives the reader: copying eight symbols, at a low rate.</summary>
    public static TaskRecipe Slow { get; } = new(
        "copy eight", new(SequenceRule.Copy, Length: 8), Decoder: true, DModel: 32, Heads: 4, Steps: 600, Batch: 32,
        PeakLearningRate: 1e-3);

    /// <summary>
    /// Exercise 2: a recipe that learns to copy in fewer steps. It is really trained, with two seeds, and its two
    /// models answer 200 sequences each.
    /// </summary>
    /// <param name="faster">From <see cref="Slow"/> to your recipe.</param>
    public static string CheckFaster(Func<TaskRecipe, TaskRecipe> faster)
    {
        ArgumentNullException.ThrowIfNull(faster);
        TaskRecipe mine;
        try { mine = faster(Slow); }
        catch (NotImplementedException) { return Exercise.Say("08.2", Verdict.Empty); }
        catch (Exception problem)
        {
            return Exercise.Say("08.2", new Verdict($"Your code threw {problem.GetType().Name}: {problem.Message}"));
        }

        if (mine is null)
        {
            return Exercise.Say("08.2", new Verdict("Your code returns null. Return the recipe: given with { … }."));
        }

        string refused = Refused(mine);
        return refused.Length > 0 ? Exercise.Say("08.2", new Verdict(refused)) : TrainFaster(mine);
    }

    /// <summary>Exercise 3: the c of the line t + s = c on which scores are highest.</summary>
    public static string CheckFindMirror(Func<Matrix<float>, int> find) =>
        Exercise.Run("08.3", s_findMirror, find);

    private static string Refused(TaskRecipe mine)
    {
        string most = string.Create(CultureInfo.InvariantCulture, $"{AllowedSteps}");
        return mine.Task != Slow.Task || mine.Decoder != Slow.Decoder ? "The task and the model stay what they are: " +
                "the encoder–decoder copies eight of ten symbols."
            : mine.Steps > AllowedSteps ? $"Steps may be {most} at most, and yours are {Values.Say(mine.Steps)}."
            : mine.Batch > Slow.Batch ? "A larger batch is more work per step. Keep Batch at 32 or below."
            : mine.DModel > Slow.DModel ? "A wider model is more work per step. Keep DModel at 32 or below."
            : mine.Steps < 1 || mine.Batch < 1 || mine.DModel < 2 || mine.Heads < 1 ? "Steps, batch, width and heads " +
                "are at least 1 (the width 2)."
            : mine.DModel % mine.Heads != 0 ? "Heads must divide DModel."
            : mine.DModel % 2 != 0 ? "DModel must be even: positions come in pairs of a sine and a cosine."
            : mine.PeakLearningRate is > 0 and < 1 ? "" : "A learning rate lies above 0, and here below 1.";
    }

    private static string TrainFaster(TaskRecipe mine)
    {
        var shares = new List<double>();
        foreach (int seed in s_fasterSeeds)
        {
            try { shares.Add((double)mine.Run(seed, FasterTested).Right / FasterTested); }
            catch (DivergenceException)
            {
                return Exercise.Say("08.2", new Verdict("The training broke down: a loss " +
                "is no number any more. The learning rate is too high."));
            }
        }

        string measured = string.Join(
            " and ", shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture)));
        string outcome = $"After {Values.Say(mine.Steps)} steps with seeds 1 and 2, {measured} of {FasterTested} new " +
            "sequences are right.";
        return shares.Min() >= Enough ? $"{Exercise.Say("08.2", Verdict.Right)} {outcome}"
            : Exercise.Say("08.2", new Verdict($"{outcome} Both have to reach 90 %. " +
                (mine.PeakLearningRate <= Slow.PeakLearningRate ? "Which number says how far a step goes?"
                : mine.PeakLearningRate >= 0.02 ? "Is the rate still one at which it learns? Try half of it."
                : "You are on the way: go on trying, one number at a time.")));
    }

    /// <summary>Scores with a mirror in them and noise on top; some have one high score away from it.</summary>
    private static IEnumerable<Matrix<float>> MirrorInputs() => Samples.Random(random =>
    {
        int rows = random.Next(3, 12), columns = random.Next(3, 12), c = random.Next(rows + columns - 1);
        Matrix<float> scores = Samples.Matrix(random, rows, columns, 1);
        for (int t = Math.Max(0, c - columns + 1); t <= Math.Min(c, rows - 1); t++) { scores[t, c - t] += 1.5f; }

        if (random.Next(2) == 0) { scores[random.Next(rows), random.Next(columns)] += 3; }
        return scores;
    });

    private static int Best(Matrix<float> scores, Func<int, int, int> line, bool mean = true) => scores
        .EnumerateIndexed().GroupBy(x => line(x.Item1, x.Item2)).OrderBy(group => group.Key)
        .MaxBy(group => mean ? group.Average(x => x.Item3) : group.Sum(x => x.Item3))!.Key;
}
