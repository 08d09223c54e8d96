namespace TransformersFromScratch;

/// <summary>Chapter 11, the mean of checkpoints (Vaswani et al. 2017, section 6.1).</summary>
internal static class Turn11Average
{
    public static Question<float[][], float[]> Question { get; } = new(Checkpoints)
    {
        Right = Library,
        Say = x => $"{x.Length} checkpoints of {x[0].Length} weights",
        Slips =
        [
            (x => x[^1], "That is the last checkpoint. Its weights are one of several things to be averaged."),
            (x => x[0], "That is the first checkpoint. Add the others, and divide by how many there are."),
            (x => Each(x, of => of.Sum()), "That is the sum of the checkpoints. Divide by how many there are."),
            (x => Each(x, of => of.Sum() / x[0].Length), "You divide by the number of weights. Divide by the number " +
                "of checkpoints."),
            (x => Each(x, _ => x.SelectMany(row => row).Average()), "Every weight has become the mean of all " +
                "weights. Each weight has a mean of its own: that of its values in the checkpoints."),
            (x => [.. x.Select(row => row.Average())], "That is the mean of each checkpoint. Wanted is the mean of " +
                "each weight, over the checkpoints."),
            (x => Each(x, of => of.Aggregate((mean, next) => (mean + next) / 2)), "You take the mean of two, again " +
                "and again: the last checkpoint then weighs a half, the one before a quarter. All weigh the same."),
            (x => Each(x, of => (of.First() + of.Last()) / 2), "You average the first and the last only. Those " +
                "between them count as well."),
            (x => Each(x, of => of.Max()), "You take the largest value of each weight. Take the mean."),
            (x => Each(x, of => of.Sum() / (x.Length + 1)), "You divide by one too many."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x[0].Length, "The mean must have as many weights as a checkpoint."),
        ],
    };

    /// <summary>The mean as it is.</summary>
    public static float[] Library(float[][] checkpoints)
    {
        float[] mean = new float[checkpoints[0].Length];
        foreach (float[] checkpoint in checkpoints)
        {
            for (int i = 0; i < mean.Length; i++) { mean[i] += checkpoint[i] / checkpoints.Length; }
        }

        return mean;
    }

    private static float[] Each(float[][] checkpoints, Func<IReadOnlyList<float>, float> of) =>
        [.. Enumerable.Range(0, checkpoints[0].Length)
            .Select(i => of([.. checkpoints.Select(checkpoint => checkpoint[i])]))];

    private static IEnumerable<float[][]> Checkpoints()
    {
        yield return [[1, 4], [3, 0], [8, 2]];
        foreach (float[][] input in Samples.Random(random =>
        {
            int weights = random.Next(1, 7);
            return Enumerable.Range(0, random.Next(1, 7)).Select(_ => Samples.Doubles(random, weights))
                .Select(row => row.Select(x => (float)x).ToArray()).ToArray();
        })) { yield return input; }
    }
}
