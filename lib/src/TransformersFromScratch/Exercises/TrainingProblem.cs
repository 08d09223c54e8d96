namespace TransformersFromScratch;

/// <summary>
/// A training of which every number can be followed: the loss of step t is the mean of (w - c_t)², with other c for
/// every step, as every step has another batch.
/// </summary>
/// <param name="Start">The weights at first.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="MaxNorm">The norm to clip to.</param>
/// <param name="Seed">Of all c.</param>
internal sealed record TrainingProblem(float[] Start, int Steps, double MaxNorm, int Seed) : IInput
{
    public object Data => Start;

    /// <summary>One to be followed by hand, and a hundred drawn ones of 2 steps or more.</summary>
    /// <param name="fewerThan">Their steps are fewer.</param>
    public static IEnumerable<TrainingProblem> Some(int fewerThan) => Samples.Random(
        random => new TrainingProblem(
            Floats(random, random.Next(1, 5)), random.Next(2, fewerThan),
            random.Next(3) == 0 ? 100 : 0.2 + random.NextDouble(), random.Next()), count: 100)
        .Prepend(new TrainingProblem([2, -1], 3, 0.5, 1));

    /// <summary>Trains by plain gradient descent at a rate of 0.3.</summary>
    /// <param name="train">The reader's code: given the optimiser and the next loss, it says what it has seen.</param>
    /// <returns>
    /// What was said, the weights in the end, how often the loss was asked for, and how often the optimiser stepped.
    /// </returns>
    public (double[] Said, double[] Weights, int Asked, int Stepped) Run(
        Func<Optimizer, Func<Tensor>, IEnumerable<double>> train)
    {
        var weights = new Tensor([.. Start], Start.Length) { RequiresGradient = true };
        var optimizer = new Sgd([new Parameter("weights", weights)], 0.3);
        var random = new SeededRandom(Seed);
        int asked = 0;
        double[] said = [.. train(optimizer, Loss)];
        return (said, [.. weights.Data.Select(w => (double)w)], asked, (int)optimizer.Steps);

        Tensor Loss()
        {
            asked++;
            Tensor away = weights + new Tensor(Floats(random, Start.Length), Start.Length);
            return Op.Sum(Op.Multiply(away, away)) * (1f / Start.Length);
        }
    }

    private static float[] Floats(Random random, int count) =>
        [.. Samples.Doubles(random, count, 3).Select(x => (float)x)];
}
