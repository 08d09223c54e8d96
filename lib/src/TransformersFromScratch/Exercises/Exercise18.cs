namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 18. Each says what is right, or names the likely mistake.</summary>
public static class Exercise18
{
    private static readonly Question<(int Machines, double Idle), int> s_microBatches = new(
        () => Samples.Random(random => (random.Next(2, 33), 0.011 + (0.37 * random.NextDouble())))
            .Prepend((4, 0.25)).Prepend((2, 0.6)))
    {
        Right = x => Fewest(x, (p, m) => (p - 1.0) / (m + p - 1)),
        Say = x => $"{x.Machines} machines and a share of {Values.Say(x.Idle)}",
        Slips =
        [
            (x => Fewest(x, (p, m) => (double)p / (m + p)), "The bubble is (p - 1) / (m + p - 1), not p / (m + p): " +
                "the first machine waits for nobody."),
            (x => Fewest(x, (p, m) => (p - 1.0) / m), "(p - 1) / m compares the idle time with the work. Asked for " +
                "is its share of all m + p - 1 slots: (p - 1) / share is the number of all slots, not yet that of " +
                "the micro-batches."),
            (x => Math.Max(1, Fewest(x, (p, m) => (p - 1.0) / (m + p - 1)) - 1), "One too few: the bubble is still " +
                "larger than the share. Round up."),
            (x => Fewest(x, (p, m) => (p - 1.0) / (m + p - 1)) + 1, "One too many: the fewest that do are asked for."),
            (x => x.Machines, "As many as there are machines leaves a bubble of nearly a half."),
            (x => 4 * x.Machines, "Four per machine is a rule of thumb. Which number is enough depends on the share."),
        ],
    };

    private static readonly Question<(long Memory, long Parameters, int Layers, int Width, int Length), long>
        s_texts = new(() => Samples.Random(random =>
        {
            int layers = random.Next(2, 40), width = 64 * random.Next(1, 40);
            long parameters = 12L * layers * width * width;
            return (random.NextInt64(2 * parameters) + random.NextInt64(40L * layers * width * 500), parameters, layers,
                width, 16 * random.Next(1, 60));
        }).Prepend((24_000_000_000, 6_738_000_000, 32, 4096, 2048)))
        {
            Right = x => Texts(x),
            Say = x => $"{x.Memory:N0} bytes, {x.Parameters:N0} parameters, {x.Layers} layers of {x.Width} and " +
                $"{x.Length} tokens",
            Slips =
            [
                (x => Texts(x, perNumber: 4), "A number takes 2 bytes here, not 4."),
                (x => Texts(x, rows: 1), "Your cache is too small by a factor of 2. A layer keeps " +
                    "a key and a value for each token, so twice the width; and each number takes 2 bytes."),
                (x => Texts(x with { Layers = 1 }), "Every layer has a cache of its own."),
                (x => Texts(x with { Length = 1 }), "That is one token per text. A text has more of them."),
                (x => Texts(x with { Parameters = 0 }), "The weights must fit, too: subtract them first."),
                (x => Texts(x with { Parameters = x.Parameters / 2 }), "A weight takes 2 bytes, not 1."),
                (x => (x.Memory - (2 * x.Parameters)) / Cache(x), "If the weights alone do not fit, the answer is 0, " +
                    "not a negative number."),
                (x => Texts(x) + 1, "One too many: the last one does not fit. Round down."),
            ],
        };

    private static readonly Question<(int Layers, double Ratio), int> s_segments = new(
        () => Samples.Random(random => (random.Next(2, 120), 1 + (10 * random.NextDouble() * random.Next(2))))
            .Prepend((100, 1.0)).Prepend((12, 20.0)))
    {
        Right = x => Best(x),
        Say = x => $"{x.Layers} layers whose results take {Values.Say(x.Ratio)} times their input",
        Slips =
        [
            (x => Best(x, (k, layers) => layers / k), "Segments are not always of one length: the longest has " +
                "⌈N / k⌉ layers. You round down."),
            (x => Best(x, (k, layers) => layers / (double)k), "A segment has whole layers: the longest has ⌈N / k⌉."),
            (x => Best(x with { Ratio = 1 }), "You leave out the ratio: what a layer keeps is that " +
                "many times as large as its input."),
            (x => Best(x with { Ratio = 1 / x.Ratio }), "The ratio belongs to the layers of a segment, not to the " +
                "kept inputs."),
            (x => (int)Math.Round(Math.Sqrt(x.Layers * x.Ratio)), "√(ratio · N) is where the smooth curve has its " +
                "lowest point. With whole layers another number can be as good or better, and it may not be above N: " +
                "try all k."),
            (x => Best(x, last: true), "Where several are equally good, take the fewest segments."),
            (x => (int)Math.Round(Math.Sqrt(x.Layers)), "√N is the rule for layers that keep as much as their " +
                "input. With another ratio another number is best: try all k."),
            (x => x.Layers, "One layer per segment keeps the most inputs. Look whether fewer segments need less."),
        ],
    };

    /// <summary>Exercise 1: how many micro-batches make the bubble small enough.</summary>
    public static string CheckMicroBatches(Func<int, double, int> yours) =>
        Exercise.Run("18.1", s_microBatches, x => yours(x.Machines, x.Idle));

    /// <summary>Exercise 2: how many texts fit beside the weights.</summary>
    public static string CheckTexts(Func<long, long, int, int, int, long> yours) => Exercise.Run(
        "18.2", s_texts, x => yours(x.Memory, x.Parameters, x.Layers, x.Width, x.Length));

    /// <summary>Exercise 3: the number of segments that needs the least memory.</summary>
    public static string CheckSegments(Func<int, double, int> yours) =>
        Exercise.Run("18.3", s_segments, x => yours(x.Layers, x.Ratio));

    private static int Fewest((int Machines, double Idle) x, Func<int, int, double> bubble) =>
        Enumerable.Range(1, 10_000).First(m => bubble(x.Machines, m) <= x.Idle + 1e-12);

    private static long Cache(
        (long Memory, long Parameters, int Layers, int Width, int Length) x, int perNumber = 2, int rows = 2) =>
        (long)rows * x.Layers * x.Width * x.Length * perNumber;

    private static long Texts(
        (long Memory, long Parameters, int Layers, int Width, int Length) x, int perNumber = 2, int rows = 2) =>
        Math.Max(0, x.Memory - (perNumber * x.Parameters)) / Cache(x, perNumber, rows);

    private static int Best(
        (int Layers, double Ratio) x, Func<int, int, double>? longest = null, bool last = false)
    {
        double Size(int k) => k + (x.Ratio * (longest?.Invoke(k, x.Layers) ?? Math.Ceiling(x.Layers / (double)k)));
        var all = Enumerable.Range(1, x.Layers);
        double least = all.Min(Size);
        return last ? all.Last(k => Size(k) <= least + 1e-9) : all.First(k => Size(k) <= least + 1e-9);
    }
}
