namespace TransformersFromScratch;

/// <summary>
/// The rows of the paper's table 3 in which heads share d_model evenly, and how many parameters it gives them.
/// </summary>
internal static class Exercise05Table3
{
    /// <summary>d, d_ff, N, and the paper's millions: base, then what the rows (C) change of it.</summary>
    internal static readonly (int D, int Ff, int N, int Millions)[] Rows =
    [
        (512, 2048, 6, 65), (512, 2048, 2, 36), (512, 2048, 4, 50), (512, 2048, 8, 80),
        (256, 2048, 6, 28), (1024, 2048, 6, 168), (512, 1024, 6, 53), (512, 4096, 6, 90),
    ];

    private const long Margin = 100;

    /// <summary>The first and the last vocabulary at which every row comes out right.</summary>
    internal static (long Least, long Most) Fits { get; } = Find();

    /// <summary>How many rows come out right, rounded to whole millions.</summary>
    internal static int Right(long vocabulary) => Rows.Count(row => Fit(row, vocabulary));

    internal static string Fault(long least, long most)
    {
        if (least <= 1 && most <= 1) { return "The formula is right. Now find the two vocabularies with it."; }

        if (least > most) { return "The smallest vocabulary is larger than the largest. Have they changed places?"; }

        return Side("smallest", least, Fits.Least) is { Length: > 0 } first ? first : Side("largest", most, Fits.Most);
    }

    private static string Side(string name, long yours, long right) => Math.Abs(yours - right) <= Margin ? ""
        : Right(yours) == Rows.Length
        ? $"The formula is right. At V = {yours} all {Rows.Length} rows come out right, but it is not the {name} " +
            $"such vocabulary: go on {(right < yours ? "down" : "up")}."
        : $"The formula is right. But at V = {yours} only {Right(yours)} of the {Rows.Length} rows come out right " +
            "when they are rounded to whole millions.";

    private static bool Fit((int D, int Ff, int N, int Millions) row, long vocabulary)
    {
        var config = new TransformerConfig
        {
            Vocabulary = (int)Math.Clamp(vocabulary, 1, 1_000_000), DModel = row.D, DFeedForward = row.Ff,
            EncoderLayers = row.N, DecoderLayers = row.N,
        };
        return Math.Round(config.ParameterCount() / 1e6) == row.Millions;
    }

    private static (long, long) Find()
    {
        long[] all = [.. Enumerable.Range(30_000, 20_000).Select(v => (long)v).Where(v => Right(v) == Rows.Length)];
        return (all[0], all[^1]);
    }
}
