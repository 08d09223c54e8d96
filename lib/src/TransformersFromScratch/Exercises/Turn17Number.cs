namespace TransformersFromScratch;

/// <summary>
/// Chapter 17, a number of a protocol buffer (Google, "Protocol Buffers: Encoding", section "Base 128 Varints").
/// </summary>
internal static class Turn17Number
{
    public static Question<(byte[] Bytes, int At), (long Number, int Next)> Question { get; } = new(Inputs)
    {
        Right = Library,
        Say = x => $"the bytes {Convert.ToHexString(x.Bytes)}, read from place {x.At}",
        Slips =
        [
            (x => (x.Bytes[x.At], x.At + 1), "You take one byte for the whole number. While a byte is 128 or more, " +
                "another follows."),
            (x => By(x, keep: 0xFF), "The eighth bit is no part of the number: take & 127 of each byte."),
            (x => By(x, bits: 8), "A byte carries seven bits, so the next one counts 2⁷ = 128 times as much, not 256."),
            (x => By(x, highest: true), "You put the first byte on top. The lowest seven bits come first."),
            (x => (Library((x.Bytes, 0)).Number, Library((x.Bytes, 0)).Next), "You begin at place 0. Begin at the " +
                "place that you are given."),
            (x => (Library(x).Number, Library(x).Next - 1), "The number is right, but next must be the place after " +
                "its last byte."),
            (x => (Library(x).Number, Library(x).Next - x.At), "The number is right, but next must be a place in the " +
                "bytes, counted from 0, not how many bytes were read."),
            (x => ((int)Library(x).Number, Library(x).Next), "Large numbers come out wrong: shift a long, not an int."),
        ],
        Symptoms = [((x, y) => y.Next > x.Bytes.Length, "You read past the end of the bytes.")],
    };

    /// <summary>The number, and the place after it.</summary>
    public static (long Number, int Next) Library((byte[] Bytes, int At) x) => By(x);

    private static (long Number, int Next) By(
        (byte[] Bytes, int At) x, int keep = 0x7F, int bits = 7, bool highest = false)
    {
        long number = 0;
        int next = x.At;
        for (int shift = 0; ; shift += bits)
        {
            long part = x.Bytes[next] & keep;
            number = highest ? (number << bits) | part : number | (part << shift);
            if (x.Bytes[next++] < 0x80) { return (number, next); }
        }
    }

    private static IEnumerable<(byte[], int)> Inputs()
    {
        yield return ([0x08, 0x07], 0);
        yield return ([0x96, 0x01], 0);
        yield return ([0x12, 0x96, 0x01, 0x05], 1);
        foreach (var input in Samples.Random(random =>
        {
            int before = random.Next(4);
            var bytes = new List<byte>();
            for (int i = 0; i < before; i++) { bytes.Add((byte)random.Next(256)); }

            for (long rest = random.NextInt64(1L << random.Next(1, 50)); ; rest >>= 7)
            {
                bytes.Add((byte)(rest < 0x80 ? rest : (rest & 0x7F) | 0x80));
                if (rest < 0x80) { break; }
            }

            for (int i = random.Next(3); i > 0; i--) { bytes.Add((byte)random.Next(128)); }

            bytes.Add(0);
            return (bytes.ToArray(), before);
        })) { yield return input; }
    }
}
