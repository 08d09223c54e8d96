namespace TransformersFromScratch;

/// <summary>Chapter 7, the loss of one row of logits, and its gradient.</summary>
internal static class Turn07CrossEntropy
{
    public static Question<(double[] L, double[] Q), (double Loss, double[] Gradient)> Question { get; } = new(Rows)
    {
        Right = Library,
        Tolerance = 1e-6,
        Say = x => $"l = {Values.Say(x.L)} and q = {Values.Say(x.Q)}",
        Slips =
        [
            (x => (Library(x).Loss, Softmax(x.L)), "Your gradient is p, what is believed. What should be believed is " +
                "still missing: p - q."),
            (x => (Library(x).Loss, Each(x, (p, q) => q - p)), "The sign of the gradient is turned: it points " +
                "uphill, p - q. The step against it comes later."),
            (x => (Library(x).Loss, Each(x, (p, q) => (p - q) / x.L.Length)), "You divide the gradient by the number " +
                "of classes. It is p - q, one number for each logit."),
            (x => (Library(x).Loss / x.L.Length, Library(x).Gradient), "You take the mean over the classes. The loss " +
                "is the sum over them: -Σ q ln p."),
            (x => (-Library(x).Loss, Library(x).Gradient), "The sign of the loss is turned: ln p is negative, and " +
                "the loss is -Σ q ln p."),
            (x => (Library(x).Loss / Math.Log(2), Library(x).Gradient), "Your loss is in bits: that is the logarithm " +
                "to base 2. Take the natural one, Math.Log."),
            (x => (LogSum(x.L) - x.L[Array.IndexOf(x.Q, x.Q.Max())], Library(x).Gradient), "Only the most likely " +
                "class counts in your loss. Every class counts with its q: ln Σ exp(l) - Σ q l."),
            (x => (x.L.Sum(l => Math.Exp(l - LogSum(x.L)) * (LogSum(x.L) - l)), Library(x).Gradient),
                "That is -Σ p ln p, the uncertainty of the model itself. What should be believed has to weigh: " +
                "-Σ q ln p."),
            (x => (LogSum(x.L), Library(x).Gradient), "The second part of the loss is missing: ln Σ exp(l) - Σ q l."),
            (x => (Naive(x), Library(x).Gradient), "It is right for small logits, and infinite or NaN for large " +
                "ones. Do not take the softmax first and its logarithm afterwards: ln p = l - ln Σ exp(l)."),
            (x => (Overflowing(x.L) - Weighted(x), [.. x.L.Zip(x.Q, (l, q) => Math.Exp(l - Overflowing(x.L)) - q)]),
                "It is right for small logits, but exp(900) overflows. Draw the largest logit out: " +
                "ln Σ exp(l) = m + ln Σ exp(l - m)."),
        ],
        Symptoms =
        [
            ((x, y) => y.Gradient.Length != x.L.Length, "The gradient has one number for each logit."),
            ((_, y) => !double.IsFinite(y.Loss), "The loss is not a finite number. Draw the largest logit out " +
                "before you take powers."),
            ((_, y) => Math.Abs(y.Gradient.Sum()) > 1e-6, "p and q both add up to 1, so a gradient adds up to 0. " +
                "Yours does not."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static (double Loss, double[] Gradient) Library((double[] L, double[] Q) x) =>
        (LogSum(x.L) - Weighted(x), Each(x, (p, q) => p - q));

    private static double LogSum(double[] l) => l.Max() + Math.Log(l.Sum(x => Math.Exp(x - l.Max())));

    private static double Weighted((double[] L, double[] Q) x) => x.L.Zip(x.Q, (l, q) => l * q).Sum();

    private static double[] Softmax(double[] l) => [.. l.Select(x => Math.Exp(x - LogSum(l)))];

    private static double[] Each((double[] L, double[] Q) x, Func<double, double, double> f) =>
        [.. Softmax(x.L).Zip(x.Q, f)];

    private static double Naive((double[] L, double[] Q) x) =>
        -Softmax(x.L).Zip(x.Q, (p, q) => q * Math.Log(p)).Sum();

    private static double Overflowing(double[] l) => Math.Log(l.Sum(Math.Exp));

    private static IEnumerable<(double[], double[])> Rows()
    {
        yield return ([0, 2, 1], [0, 1, 0]);
        foreach (var row in Samples.Random(random =>
        {
            int classes = random.Next(2, 8), right = random.Next(classes);
            double epsilon = random.Next(2) * random.NextDouble() / 2;
            return (Samples.Doubles(random, classes, 4), Enumerable.Range(0, classes)
                .Select(c => ((c == right ? 1 - epsilon : 0) + (epsilon / classes))).ToArray());
        }))
        {
            yield return row;
        }

        yield return ([0, 900, 100], [1, 0, 0]);
        yield return ([-800, 900], [0.5, 0.5]);
    }
}
