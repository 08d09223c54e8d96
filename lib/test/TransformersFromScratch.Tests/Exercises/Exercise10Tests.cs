using System.Text;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise10Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static List<string> Join(IReadOnlyList<string> tokens, (string Left, string Right) pair)
    {
        var joined = new List<string>();
        for (int i = 0; i < tokens.Count; i++)
        {
            bool here = i + 1 < tokens.Count && (tokens[i], tokens[i + 1]) == pair;
            joined.Add(here ? tokens[i] + tokens[++i] : tokens[i]);
        }

        return joined;
    }

    private static List<string> FirstOnly(IReadOnlyList<string> tokens, (string Left, string Right) pair)
    {
        int at = Enumerable.Range(0, Math.Max(0, tokens.Count - 1))
            .FirstOrDefault(i => (tokens[i], tokens[i + 1]) == pair, -1);
        return at < 0 ? [.. tokens] : [.. tokens.Take(at), pair.Left + pair.Right, .. tokens.Skip(at + 2)];
    }

    [Fact]
    public void Joining()
    {
        AssertSays("✓", Exercise10.CheckJoin(Join));
        AssertSays("unchanged", Exercise10.CheckJoin((tokens, pair) => tokens));
        AssertSays("lost or doubled", Exercise10.CheckJoin((tokens, pair) => Join(tokens, pair)[..^1]));
        AssertSays("changes what it was given", Exercise10.CheckJoin((tokens, pair) =>
        {
            List<string> joined = Join(tokens, pair), given = (List<string>)tokens;
            given.Clear();
            given.AddRange(joined);
            return given;
        }));
        AssertSays("first place", Exercise10.CheckJoin(FirstOnly));
        AssertSays("right to left", Exercise10.CheckJoin((tokens, pair) =>
        {
            var joined = new List<string>();
            for (int i = tokens.Count - 1; i >= 0; i--)
            {
                bool here = i > 0 && (tokens[i - 1], tokens[i]) == pair;
                joined.Insert(0, here ? tokens[--i] + tokens[i + 1] : tokens[i]);
            }

            return joined;
        }));
        AssertSays("overlap", Exercise10.CheckJoin((tokens, pair) =>
        {
            var joined = new List<string>();
            for (int i = 0; i < tokens.Count; i++)
            {
                bool before = i > 0 && (tokens[i - 1], tokens[i]) == pair,
                    here = i + 1 < tokens.Count && (tokens[i], tokens[i + 1]) == pair;
                if (here) { joined.Add(tokens[i] + tokens[i + 1]); } else if (!before) { joined.Add(tokens[i]); }
            }

            return joined;
        }));
        AssertSays("order counts", Exercise10.CheckJoin((tokens, pair) =>
        {
            var joined = new List<string>();
            for (int i = 0; i < tokens.Count; i++)
            {
                bool here = i + 1 < tokens.Count
                    && ((tokens[i], tokens[i + 1]) == pair || (tokens[i + 1], tokens[i]) == pair);
                joined.Add(here ? tokens[i] + tokens[++i] : tokens[i]);
            }

            return joined;
        }));
        AssertSays(
            "lost or doubled", Exercise10.CheckJoin(
                (tokens, pair) => tokens.Count == 9 ? [] : Join(tokens, pair).ToArray() is var all
                    ? [.. all.Take(7)]
                    : []));
        AssertSays("threw", Exercise10.CheckJoin((tokens, pair) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Encoding_a_word()
    {
        AssertSays("✓", Exercise10.CheckEncode(Right));
        AssertSays("as letters", Exercise10.CheckEncode((word, merges) => Letters(word)));
        AssertSays("must spell", Exercise10.CheckEncode((word, merges) => []));
        AssertSays("longest", Exercise10.CheckEncode(Longest));
        AssertSays("left to right", Exercise10.CheckEncode(Leftmost));
        AssertSays(
            "For 'abcd'", Exercise10.CheckEncode(
                (word, merges) => word == "abcd" ? ["abc", "d"] : Right(word, merges)));
        AssertSays(
            "one place only", Exercise10.CheckEncode((word, merges) => merges.Aggregate(Letters(word), FirstOnly)));
        AssertSays(
            "later one", Exercise10.CheckEncode(
                (word, merges) => Right(
                    word, [.. merges.Where(merge => merge.Left.Length == 1 && merge.Right.Length == 1)])));
        AssertSays("empty word", Exercise10.CheckEncode((word, merges) => word == "" ? [""] : Right(word, merges)));

        static List<string> Longest(string word, IReadOnlyList<(string Left, string Right)> merges)
        {
            var tokens = new List<string>();
            for (int at = 0; at < word.Length;)
            {
                int length = word.Length - at;
                while (length > 1 && !merges.Any(merge => merge.Left + merge.Right == word.Substring(at, length)))
                {
                    length--;
                }

                tokens.Add(word.Substring(at, length));
                at += length;
            }

            return tokens;
        }

        static List<string> Leftmost(string word, IReadOnlyList<(string Left, string Right)> merges)
        {
            List<string> tokens = Letters(word);
            for (int i = 0; i + 1 < tokens.Count;)
            {
                if (merges.Contains((tokens[i], tokens[i + 1])))
                {
                    tokens[i] += tokens[i + 1];
                    tokens.RemoveAt(i + 1);
                    i = 0;
                }
                else
                {
                    i++;
                }
            }

            return tokens;
        }

        static List<string> Letters(string word) => [.. word.Select(c => c.ToString())];
        static List<string> Right(string word, IReadOnlyList<(string Left, string Right)> merges) =>
            merges.Aggregate(Letters(word), Join);
    }

    [Fact]
    public void Streaming()
    {
        AssertSays("✓", Exercise10.CheckStream(Right));
        AssertSays("Nothing comes out", Exercise10.CheckStream(tokens => []));
        AssertSays("all tokens are read", Exercise10.CheckStream(tokens => Right([.. tokens])));
        AssertSays("must appear at once", Exercise10.CheckStream(OneAhead));
        AssertSays("Keep the bytes", Exercise10.CheckStream(tokens => tokens.Select(Encoding.UTF8.GetString)));
        AssertSays("wait for the end", Exercise10.CheckStream(tokens => [string.Concat(Right(tokens))]));
        AssertSays(
            "one text for each token", Exercise10.CheckStream(tokens => Right(tokens).Where(text => text != "")));
        AssertSays(
            "must not vanish", Exercise10.CheckStream(
                tokens => Right(tokens).Select(text => text.Replace("\uFFFD", "", StringComparison.Ordinal))));
        AssertSays("For the tokens", Exercise10.CheckStream(tokens => tokens.Select(_ => "?")));

        static IEnumerable<string> OneAhead(IEnumerable<byte[]> tokens)
        {
            string? before = null;
            foreach (string text in Right(tokens))
            {
                if (before is not null) { yield return before; }

                before = text;
            }

            if (before is not null) { yield return before; }
        }

        static IEnumerable<string> Right(IEnumerable<byte[]> tokens)
        {
            Decoder decoder = Encoding.UTF8.GetDecoder();
            char[] characters = new char[100];
            return tokens.Select(
                token => new string(characters, 0, decoder.GetChars(token, 0, token.Length, characters, 0)));
        }
    }
}
