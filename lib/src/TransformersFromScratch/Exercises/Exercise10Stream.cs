using System.Text;

namespace TransformersFromScratch;

/// <summary>Chapter 10, exercise 3: what has been said when each token has arrived.</summary>
internal static class Exercise10Stream
{
    /// <summary>
    /// Texts of letters, accents, signs and emoji, cut into tokens anywhere; some with bytes that no character has.
    /// </summary>
    public static Question<byte[][], (string Text, int Read)[]> Question { get; } = new(Inputs)
    {
        Right = tokens => Whole(tokens),
        Say = tokens => $"the tokens {string.Join(" | ", tokens.Select(token => Convert.ToHexString(token)))}",
        Slips =
        [
            (_ => [], "Nothing comes out so far."),
            (tokens => [.. tokens.Select((token, i) => (Encoding.UTF8.GetString(token), i + 1))],
                "An é whose two bytes come in two tokens became �. Keep the bytes of an unfinished character until " +
                "the rest arrives."),
            (tokens => [.. Whole(tokens).Where(one => one.Text.Length > 0)], "Give one text for each token, an empty " +
                "one if nothing is complete yet."),
            (tokens => [.. Whole(tokens).Select(one => (one.Text, tokens.Length))],
                "The texts are right, but all tokens are read before the first text comes out. Give each text as " +
                "soon as its token is there: yield return inside the loop."),
            (tokens => tokens.Length == 0
                ? []
                : [(Encoding.UTF8.GetString([.. tokens.SelectMany(token => token)]), tokens.Length)],
                "What is complete must appear at once, one text for each token; you seem to wait for the end."),
            (tokens =>
                [.. Whole(tokens).Select(one => (one.Text.Replace("\uFFFD", "", StringComparison.Ordinal), one.Read))],
                "Bytes that cannot become a character must not vanish: show � for them and go on."),
            (tokens => [.. tokens.Select((token, i) => (Encoding.Latin1.GetString(token), i + 1))],
                "You read each byte as a character. In UTF-8 an é has two bytes, an emoji four."),
            (tokens => [.. tokens.Select((token, i) => (Encoding.ASCII.GetString(token), i + 1))], "ASCII knows no " +
                "é: decode the bytes as UTF-8."),
            (Grown, "Each text repeats all that was said before. Give only what is new."),
        ],
        Symptoms =
        [
            ((tokens, y) => y.Length > tokens.Length, "More texts come out than tokens went in: give one for " +
                "each token."),
            ((tokens, y) => y.Where((one, i) => i < tokens.Length && one.Read > i + 1)
                .Any(), "A token is read before the text of the one before it has come out. What is complete must " +
                    "appear at once."),
            ((tokens, y) => y.Any(one => one.Text is null), "One of the texts is null. If nothing is complete yet, " +
                "the text is empty."),
            ((tokens, y) => string.Concat(y.Select(one => one.Text)).Contains('\uFFFD')
                && !string.Concat(Whole(tokens).Select(one => one.Text)).Contains('\uFFFD'),
                "A character that comes in two tokens became �. Keep the bytes of an unfinished character until the " +
                "rest arrives."),
            ((tokens, y) => !string.Concat(y.Select(one => one.Text)).Contains('\uFFFD')
                && string.Concat(Whole(tokens).Select(one => one.Text)).Contains('\uFFFD'),
                "Bytes that cannot become a character must not hold up what follows: show � for them and go on."),
        ],
    };

    /// <summary>Listens to the reader's stream: each text, and how many tokens had been read when it came.</summary>
    public static (string Text, int Read)[] Listen(
        byte[][] tokens, Func<IEnumerable<byte[]>, IEnumerable<string>> stream)
    {
        int read = 0;
        IEnumerable<byte[]> Arriving()
        {
            foreach (byte[] token in tokens)
            {
                read++;
                yield return token;
            }
        }

        return stream(Arriving()) is { } texts ? [.. texts.Take(100).Select(text => (text, read))] : null!;
    }

    private static (string, int)[] Whole(byte[][] tokens, Func<string, string, string>? join = null)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        string before = "";
        return [.. tokens.Select((token, i) =>
        {
            char[] characters = new char[token.Length + 2];
            string text = new(characters, 0, decoder.GetChars(token, 0, token.Length, characters, 0));
            before = join is null ? text : join(before, text);
            return (before, i + 1);
        })];
    }

    private static (string Text, int Read)[] Whole(byte[][] tokens) => Whole(tokens, null);

    private static (string, int)[] Grown(byte[][] tokens) => Whole(tokens, (before, text) => before + text);

    private static IEnumerable<byte[][]> Inputs()
    {
        yield return ["né"u8.ToArray(), "e"u8.ToArray()];
        yield return [[0x6E, 0xC3], [0xA9, 0x65], [0xF0, 0x9F], [0x98], [0x80]];
        yield return [[0x61, 0xC3], [0x62]];
        yield return [];
        string[] signs = ["a", "b", "é", "ß", "€", "中", "😀", " "];
        foreach (byte[][] tokens in Samples.Random(
            random => Cut(
                random, Encoding.UTF8.GetBytes(
                    string.Concat(
                        Enumerable.Range(0, random.Next(1, 8)).Select(_ => signs[random.Next(signs.Length)]))))))
        {
            yield return tokens;
        }
    }

    private static byte[][] Cut(Random random, byte[] bytes)
    {
        var tokens = new List<byte[]>();
        for (int at = 0; at < bytes.Length; at += tokens[^1].Length)
        {
            tokens.Add(bytes[at..Math.Min(bytes.Length, at + random.Next(1, 4))]);
        }

        return [.. tokens];
    }
}
