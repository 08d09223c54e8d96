using System.Globalization;
using Row = (string Name, int D, int Ff, int N, int DK, int Paper);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 5, exercise 1: from how many millions of parameters are printed of some models to the vocabulary that they
/// may have had.
/// </summary>
internal static class Exercise05Table3
{
    private const long Largest = 100_000;

    /// <summary>
    /// The rows of the paper's table 3 that one vocabulary can explain, as the chapter has them: all but "big".
    /// </summary>
    internal static readonly Row[] Rows =
    [
        ("base", 512, 2048, 6, 64, 65), ("d_k = 16", 512, 2048, 6, 16, 58), ("d_k = 32", 512, 2048, 6, 32, 60),
        ("N = 2", 512, 2048, 2, 64, 36), ("N = 4", 512, 2048, 4, 64, 50), ("N = 8", 512, 2048, 8, 64, 80),
        ("d = 256", 256, 2048, 6, 32, 28), ("d = 1024", 1024, 2048, 6, 128, 168), ("d_ff = 1024", 512, 1024, 6, 64, 53),
        ("d_ff = 4096", 512, 4096, 6, 64, 90),
    ];

    internal static readonly Row Big = ("big", 1024, 4096, 6, 128, 213);

    public static Question<Row[], (long Least, long Most)> Fitting { get; } = new(Tables)
    {
        Right = rows => Range(rows),
        Tolerance = 0,
        Patience = TimeSpan.FromSeconds(10),
        Say = rows => $"the row{(rows.Length == 1 ? "" : "s")} " +
            string.Join("; ", rows.Select(row => $"{row.Name} with {Values.Say(row.Paper)} million")),
        Slips =
        [
            (_ => (0, 0), "It finds no vocabulary for any table. Are both rounded: our count by Math.Round, as the " +
                "paper's is already?"),
            (rows => Range(rows[..1]), "You look at the first row alone. All rows have to come out right at once."),
            (rows => Range(rows[^1..]), "What you return is the range of the last row. All rows have to come out " +
                "right at once."),
            (rows => (rows.Min(row => Range([row]).Least), rows.Max(row => Range([row]).Most)),
                "One row is enough for you. All of them have to come out right at the same vocabulary."),
            (rows => Range(rows, Math.Floor), "You cut the decimals off. The paper's millions are rounded: 64.6 is " +
                "printed as 65."),
            (rows => Range(rows) is var (least, most) ? (most, least) : default, "The largest stands first. Return " +
                "the smallest, then the largest."),
            (rows => Range(rows) is var (least, most) && most > 0 ? (least, most + 1) : (0, 0), "Your largest is one " +
                "too many: at it a row is wrong again."),
            (rows => Range(rows) is var (least, most) && most > 0 ? (least - 1, most) : (0, 0), "Your smallest is " +
                "one too few: at it a row is still wrong."),
            (Thousands, "You try every thousandth vocabulary, as the slider does. Try each of them."),
            (MostRows, "You return the vocabularies at which most rows are right. All have to be; if that is nowhere " +
                "so, return (0, 0)."),
            (rows => (Range(rows).Least, Range(rows).Least), "You stop at the first vocabulary that fits. Go on to " +
                "the last."),
        ],
        Symptoms =
        [
            ((_, y) => y.Least > y.Most, "Your smallest lies above your largest. If no vocabulary fits all rows, " +
                "return (0, 0)."),
        ],
    };

    /// <summary>What is wrong with the names of the two deciding rows.</summary>
    internal static string Fault(string[]? deciding)
    {
        const string now = "The function is right. Now the two rows: leave one of the ten out, then another, and see " +
            "without which the range gets wider.";
        if (deciding is null || deciding.Length == 0) { return now; }

        foreach (string name in deciding)
        {
            if (Array.FindIndex(Rows, row => row.Name == name) < 0)
            {
                return $"The function is right. But the ten rows have no '{name}'. Write a name as the table has it: " +
                    $"{string.Join(", ", Rows.Select(row => $"\"{row.Name}\""))}.";
            }

            if (Range([.. Rows.Where(row => row.Name != name)]) == Range(Rows))
            {
                return $"The function is right. But without '{name}' the range is what it is with it, " +
                    $"{Of(Range(Rows))}: other rows decide.";
            }
        }

        return deciding.Distinct().Count() == 2 ? ""
            : $"The function is right, and so is '{deciding[0]}'. One row decides how small the vocabulary may be, " +
                "another how large: find both.";
    }

    /// <summary>The vocabularies at which every row comes out right; the count grows with the vocabulary.</summary>
    internal static (long Least, long Most) Range(Row[] rows, Func<double, double>? round = null)
    {
        long least = rows.Max(row => First(v => Rounded(v, row, round) >= row.Paper));
        long most = rows.Min(row => First(v => Rounded(v, row, round) > row.Paper)) - 1;
        return least <= most ? (least, most) : (0, 0);
    }

    private static string Of((long Least, long Most) range) =>
        string.Create(CultureInfo.InvariantCulture, $"{range.Least:N0} to {range.Most:N0}");

    private static double Rounded(long vocabulary, Row row, Func<double, double>? round) =>
        (round ?? Math.Round)(Millions(vocabulary, row));

    /// <summary>As the chapter counts: 8 heads of d_k for queries and keys, post-norm, one embedding.</summary>
    private static double Millions(long vocabulary, Row row)
    {
        long d = row.D, ff = row.Ff;
        long attention = (2 * (d + 1) * 8 * row.DK) + (2 * ((d * d) + d)), network = (2 * d * ff) + ff + d;
        return ((vocabulary * d) + (row.N * ((3 * attention) + (2 * network) + (10 * d)))) / 1e6;
    }

    /// <summary>
    /// The first vocabulary for which something holds, if it holds from there on; 100,001 if for none.
    /// </summary>
    private static long First(Func<long, bool> holds)
    {
        long low = 1, high = Largest + 1;
        while (low < high)
        {
            long middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static (long Least, long Most) Thousands(Row[] rows) => Range(rows) is var (least, most)
        && (least + 999) / 1000 * 1000 is var first && most / 1000 * 1000 is var last && first <= last && most > 0
            ? (first, last) : (0, 0);

    private static (long Least, long Most) MostRows(Row[] rows)
    {
        var ranges = rows.Select(row => Range([row])).ToList();
        long[] ends = [.. ranges.SelectMany(range => new[] { range.Least, range.Most }).Where(v => v > 0).Order()];
        int Right(long v) => ranges.Count(range => v >= range.Least && v <= range.Most);
        long[] best = [.. ends.GroupBy(Right).MaxBy(group => group.Key)!];
        return (best[0], best[^1]);
    }

    /// <summary>
    /// The paper's table, then tables of models that share a vocabulary; in some a number is off by one.
    /// </summary>
    private static IEnumerable<Row[]> Tables()
    {
        yield return Rows[..1];
        yield return Rows;
        yield return [.. Rows, Big];
        foreach (Row[] rows in Samples.Random(
            random =>
            {
                long vocabulary = random.Next(3_000, 99_000);
                int off = random.Next(4) == 0 ? 1 : 0;
                return Enumerable.Range(0, random.Next(2, 7)).Select(i => Model(random, vocabulary, i == 0 ? off : 0))
                    .ToArray();
            },
            count: 70))
        {
            yield return rows;
        }
    }

    private static Row Model(Random random, long vocabulary, int off)
    {
        int d = 128 << random.Next(4), ff = 256 << random.Next(5), n = random.Next(1, 9), dK = d / 8;
        var row = ($"d = {d}, d_ff = {ff}, N = {n}", d, ff, n, dK, 0);
        return row with { Item6 = (int)Math.Round(Millions(vocabulary, row)) + off };
    }
}
