namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 17. Each says what is right, or names the likely mistake.</summary>
public static class Exercise17
{
    private static readonly Question<long, byte[]> s_bytes = new(
        () => Samples.Random(random => random.NextInt64(1L << random.Next(1, 50))).Prepend(128).Prepend(7).Prepend(150))
    {
        Right = number => Written(number),
        Say = number => $"{number}",
        Slips =
        [
            (number => [(byte)number], "One byte carries seven bits. While the number is 128 or more, another has to " +
                "follow."),
            (number => [.. Written(number).Select(part => (byte)(part & 0x7F))], "The eighth bit is missing: add 128 " +
                "to every byte but the last."),
            (number => [.. Written(number).Select(part => (byte)(part | 0x80))], "The last byte has its eighth bit " +
                "set, too. There it must be 0, for nothing follows."),
            (number => [.. Written(number).Reverse()], "The bytes come in the wrong order: the lowest seven bits " +
                "first."),
            (number => Written(number, bits: 8), "You shift by eight. A byte carries seven bits."),
            (number => [.. Written(number), 0], "A byte too many: stop when the rest is below 128."),
            (number => Written(number, last: 256), "A last part from 128 to 255 does not fit: its eighth bit would " +
                "say that another byte follows."),
        ],
    };

    private static readonly Question<(int Maps, int Inputs, int Outputs, long Budget), int> s_rank = new(
        () => Samples.Random(random => (random.Next(1, 30), 8 * random.Next(1, 100), 8 * random.Next(1, 200),
            random.NextInt64(500_000))).Prepend((12, 384, 384, 36_864)).Prepend((12, 384, 384, 36_863)))
    {
        Right = x => (int)(x.Budget / Numbers(x)),
        Say = x => $"{x.Maps} maps from {x.Inputs} to {x.Outputs} and {x.Budget} numbers",
        Slips =
        [
            (x => (int)(x.Budget / ((long)x.Maps * x.Inputs * x.Outputs)), "inputs · outputs is the whole matrix. A " +
                "pair of rank 1 has inputs + outputs numbers."),
            (x => (int)(x.Budget / (x.Inputs + x.Outputs)), "That is for one map. There are more of them."),
            (x => (int)(x.Budget / ((long)x.Maps * x.Inputs)), "You count A alone. B has outputs numbers per rank."),
            (x => (int)(x.Budget / ((long)x.Maps * x.Outputs)), "You count B alone. A has inputs numbers per rank."),
            (x => (int)((x.Budget + Numbers(x) - 1) / Numbers(x)), "You round up. The pairs must fit: round down."),
            (x => (int)(x.Budget / Numbers(x)) + 1, "One rank too many: the largest that still fits is asked for."),
            (x => (int)Math.Max(1, x.Budget / Numbers(x)), "Where not even rank 1 fits, the answer is 0."),
            (x => (int)(x.Budget / (2 * Numbers(x))), "You count twice: inputs + outputs are both matrices already."),
        ],
    };

    private static readonly Question<(int[] Ranks, int Most), double> s_reciprocal = new(
        () => Samples.Random(random => (Enumerable.Range(0, random.Next(2, 9))
            .Select(_ => random.Next(1, 25)).ToArray(), random.Next(2, 20))).Prepend(([1, 4, 30], 10)))
    {
        Right = x => x.Ranks.Average(rank => rank <= x.Most ? 1.0 / rank : 0),
        Say = x => $"the ranks {Values.Say(x.Ranks)} and {x.Most} at most",
        Slips =
        [
            (x => x.Ranks.Average(rank => 1.0 / rank), "A rank beyond the most counts 0."),
            (x => x.Ranks.Average(rank => rank < x.Most ? 1.0 / rank : 0), "A rank equal to the most still counts."),
            (x => x.Ranks.Sum(rank => rank <= x.Most ? 1.0 / rank : 0), "That is the sum. Divide by the number of " +
                "questions."),
            (x => x.Ranks.Average(rank => rank <= x.Most ? 1.0 : 0), "That is the recall. Each counts 1/rank, not 1."),
            (x => x.Ranks.Average(rank => rank <= x.Most ? 1 / rank : 0), "You divide whole numbers: 1 / 2 is 0. " +
                "Write 1.0 / rank."),
            (x => x.Ranks.Where(rank => rank <= x.Most).Select(rank => 1.0 / rank).DefaultIfEmpty(0).Average(), "You " +
                "leave out the questions that failed. They count 0, but they count."),
            (x => 1 / x.Ranks.Average(), "That is one over the mean rank. Take the mean of one over each rank."),
            (x => x.Ranks.Average(rank => rank <= x.Most ? 1.0 / (rank + 1) : 0), "A rank begins with 1 already: do " +
                "not add one."),
        ],
    };

    /// <summary>Exercise 1: the bytes of a number in a protocol buffer.</summary>
    public static string CheckBytes(Func<long, byte[]> yours) => Exercise.Run("17.1", s_bytes, yours);

    /// <summary>Exercise 2: the largest rank that fits into so many numbers.</summary>
    public static string CheckLargestRank(Func<int, int, int, long, int> yours) =>
        Exercise.Run("17.2", s_rank, x => yours(x.Maps, x.Inputs, x.Outputs, x.Budget));

    /// <summary>Exercise 3: the mean reciprocal rank.</summary>
    public static string CheckReciprocalRank(Func<int[], int, double> yours) =>
        Exercise.Run("17.3", s_reciprocal, x => yours(x.Ranks, x.Most));

    private static byte[] Written(long number, int bits = 7, long last = 128)
    {
        var bytes = new List<byte>();
        for (; number >= last; number >>= bits) { bytes.Add((byte)((number & 0x7F) | 0x80)); }

        return [.. bytes, (byte)number];
    }

    private static long Numbers((int Maps, int Inputs, int Outputs, long Budget) x) =>
        (long)x.Maps * (x.Inputs + x.Outputs);
}
