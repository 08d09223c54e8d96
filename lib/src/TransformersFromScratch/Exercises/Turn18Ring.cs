namespace TransformersFromScratch;

/// <summary>Chapter 18, the all-reduce: every machine of a ring gets the sum, and no link carries too much.</summary>
internal static class Turn18Ring
{
    public static Question<float[][], Outcome> Question { get; } = new(Inputs)
    {
        Right = x => Call(ring => ring.AllReduce(), x),
        Fault = FaultOf,
        Say = x => $"{x.Length} machines with {x[0].Length} numbers each",
        Slips =
        [
            (x => Call(ring => Rounds(ring, ring.Machines - 1, i => i, add: true), x), "After your rounds each " +
                "machine has one chunk that is summed. The second half is missing: hand the sums on."),
            (x => Call(ring =>
            {
                Rounds(ring, ring.Machines - 1, i => i, add: true);
                Rounds(ring, ring.Machines - 1, i => i - 1, add: true);
            }, x), "In the second half a chunk must be put in the place of the old one, not added: add: false."),
            (x => Call(ring =>
            {
                Rounds(ring, ring.Machines - 1, i => i, add: true);
                Rounds(ring, ring.Machines - 1, i => i, add: false);
            }, x), "The second half begins with the wrong chunk. After the first half, machine i has the whole sum " +
                "of chunk i + 1: that is what it hands on first."),
            (x => Call(ring =>
            {
                Rounds(ring, ring.Machines, i => i, add: true);
                Rounds(ring, ring.Machines, i => i, add: false);
            }, x), "One round too many in each half: p - 1 rounds reach everybody, and the next one brings a machine " +
                "its own numbers once more."),
            (x => Call(ring =>
            {
                Rounds(ring, ring.Machines - 1, i => i, add: true);
                Rounds(ring, ring.Machines, i => i - 1, add: false);
            }, x), "All have the sum, but the second half has a round too many: nobody needs the last one."),
            (x => Call(ring =>
            {
                for (int r = 0; r < ring.Machines - 1; r++) { ring.Send(machine => machine, add: true); }

                for (int r = 0; r < ring.Machines - 1; r++) { ring.Send(machine => machine + 1, add: false); }
            }, x), "Each machine sends the same chunk in every round. In round r, machine i passes on what it has " +
                "just received: chunk i - r."),
            (x => Call(ring =>
            {
                Rounds(ring, ring.Machines - 1, i => -i, add: true);
                Rounds(ring, ring.Machines - 1, i => -i - 1, add: false);
            }, x), "You count the chunks the wrong way: what machine i received in the last round came from machine " +
                "i - 1, so it is chunk i - r, not i + r."),
            (x => Call(ring =>
            {
                for (int chunk = 0; chunk < ring.Machines; chunk++)
                {
                    int same = chunk;
                    ring.Send(_ => same, add: true);
                }
            }, x), "Each machine adds what its neighbour has, and no more: a sum must travel on round the ring."),
        ],
    };

    /// <summary>Runs code on a ring and looks at what the machines have then.</summary>
    public static Outcome Call(Action<Ring> code, float[][] values)
    {
        var ring = new Ring(values);
        code(ring);
        return new([.. ring.Values], ring.Bytes);
    }

    private static void Rounds(Ring ring, int count, Func<int, int> back, bool add)
    {
        for (int round = 0; round < count; round++)
        {
            int past = back(round);
            ring.Send(machine => machine - past, add);
        }
    }

    private static string FaultOf(float[][] given, Outcome y)
    {
        float[] sums = [.. Enumerable.Range(0, given[0].Length).Select(i => given.Sum(array => array[i]))];
        int wrong = Array.FindIndex(y.Values, array => Values.Difference(sums, array, 1e-4).Length > 0);
        long fewest = 2L * sizeof(float) * (given.Length - 1) * sums.Length;
        return wrong >= 0
            ? $"With {given.Length} machines, machine {wrong} has not the sum of all: it has " +
                $"{Values.Say(y.Values[wrong])} instead of {Values.Say(sums)}."
            : y.Bytes > fewest
            ? $"Every machine has the sum, but {y.Bytes} bytes were sent, and {fewest} would do: 2 (p - 1) / p of " +
                "the array per machine."
            : "";
    }

    private static IEnumerable<float[][]> Inputs() => Samples.Random(random =>
    {
        int machines = random.Next(3, 7), length = machines * random.Next(1, 3);
        return Enumerable.Range(0, machines).Select(_ => Samples.Vector(random, length).ToArray()).ToArray();
    }).Prepend([[1, 2], [10, 20]]).Prepend([[5]]);

    /// <summary>What the machines of a ring have, and what was sent.</summary>
    internal sealed record Outcome(float[][] Values, long Bytes) : IInput
    {
        public object Data => (Values, (double)Bytes);
    }
}
