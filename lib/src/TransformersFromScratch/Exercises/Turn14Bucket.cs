namespace TransformersFromScratch;

/// <summary>Chapter 14, the bucket of a distance: exact when near, by the logarithm when far (Raffel et al. 2019,
/// section 2.1).</summary>
internal static class Turn14Bucket
{
    public static Question<(int Relative, bool Bidirectional, int Buckets, int Distance),
        int> Question
    { get; } = new(Inputs)
    {
        Right = x => RelativeBias.Bucket(x.Relative, x.Bidirectional, x.Buckets, x.Distance),
        Say = x => $"a key {x.Relative} places after its query, " +
            $"{(x.Bidirectional ? "in both directions" : "backwards only")}, " +
            $"{x.Buckets} buckets and the distance {x.Distance}",
        Slips =
        [
            (_ => 0, "Every distance falls into bucket 0."),
            (x => RelativeBias.Bucket(-x.Relative, x.Bidirectional, x.Buckets, x.Distance),
                "Before and after have changed places. The relative place is that of the key minus that of the " +
                "query, so it is positive for a key that comes later."),
            (x => Of(x, side: 0),
                "A key before its query and one after it fall into the same bucket. In both directions, half of the " +
                "buckets belong to each: add half of them for a key that comes later."),
            (x => Of(x, far: (n, exact, half, distance) => n),
                "The distances stay as they are: beyond half of the buckets the bucket has to grow with the " +
                "logarithm of the distance."),
            (x => Of(x, far: (n, exact, half, distance) => half - 1),
                "Far distances all fall into the last bucket. Between the exact ones and the last, the bucket grows " +
                "with the logarithm."),
            (x => Of(x, clamp: false),
                "A distance beyond the greatest one falls into a bucket that is not there. Let the last bucket hold " +
                "all of them."),
            (x => Of(x, far: (n, exact, half, distance) =>
                exact + (int)Math.Round(Fraction(n, exact, distance) * (half - exact))),
                "You round to the nearest bucket. Round down: a bucket begins where its number is reached."),
            (x => Of(x, far: (n, exact, half, distance) =>
                exact + (int)(Math.Log(n) / Math.Log(distance) * (half - exact))),
                "The logarithm begins at distance 1. It has to begin where the exact buckets end: divide both n and " +
                "the greatest distance by the number of exact ones first."),
            (x => Of(x, far: (n, exact, half, distance) =>
                exact + (int)((n - exact) / (double)(distance - exact) * (half - exact))),
                "Beyond the exact ones your buckets are all equally wide. They grow: take logarithms."),
            (x => Of(x, halve: false),
                "In both directions each side has half of the buckets only: halve their number first."),
            (x => Of(x, backwards: false),
                "Where only keys before the query are seen, one after it belongs into bucket 0."),
        ],
        Symptoms =
        [
            ((_, y) => y < 0, "A bucket is a place in a list, so it is 0 or more."),
            ((x, y) => y >= x.Buckets, "There is no such bucket: they are counted from 0."),
        ],
    };

    private static double Fraction(int n, int exact, int distance) =>
        Math.Log(n / (double)exact) / Math.Log(distance / (double)exact);

    /// <summary>The rule, or one with a slip in it.</summary>
    private static int Of(
        (int Relative, bool Bidirectional, int Buckets, int Distance) x, int side = 1, bool clamp = true,
            bool halve = true, bool backwards = true,
        Func<int, int, int, int, int>? far = null)
    {
        int half = x.Bidirectional && halve ? x.Buckets / 2 : x.Buckets, exact = half / 2;
        int offset = x.Bidirectional && x.Relative > 0 ? side * (x.Buckets / 2) : 0;
        int n = x.Bidirectional || !backwards ? Math.Abs(x.Relative) : Math.Max(0, -x.Relative);
        far ??= (n, exact, half, distance) => exact + (int)((float)Fraction(n, exact, distance) * (half - exact));
        int bucket = n < exact ? n : far(n, exact, half, x.Distance);
        return offset + (clamp ? Math.Min(bucket, half - 1) : bucket);
    }

    private static IEnumerable<(int, bool, int, int)> Inputs()
    {
        foreach (int relative in new[] { 1, -1, 5, -5, 20, -20, 200, -200 })
        {
            yield return (relative, true, 32, 128);
            yield return (relative, false, 32, 128);
        }

        foreach (var input in Samples.Random(random =>
        {
            int buckets = 4 * random.Next(2, 9);
            return (random.Next(-150, 151), random.Next(2) == 0, buckets, buckets + random.Next(1, 150));
        }, count: 300)) { yield return input; }
    }
}
