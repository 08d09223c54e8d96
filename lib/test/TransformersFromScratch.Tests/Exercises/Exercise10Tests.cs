using System.Text;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise10Tests
{
    private static void AssertSays(string part, string answer) => Assert.Contains(part, answer, StringComparison.Ordinal);

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

    [Fact]
    public void Joining()
    {
        AssertSays("✓", Exercise10.CheckJoin(Join));
        AssertSays("unchanged", Exercise10.CheckJoin((tokens, pair) => tokens));
        AssertSays("lost or doubled", Exercise10.CheckJoin((tokens, pair) => Join(tokens, pair)[..^1]));
        AssertSays("writes into", Exercise10.CheckJoin((tokens, pair) =>
        {
            ((List<string>)tokens).RemoveAt(0);
            return ["b"];
        }));
        AssertSays("first place", Exercise10.CheckJoin((tokens, pair) =>
        {
            int at = Enumerable.Range(0, tokens.Count - 1).FirstOrDefault(i => (tokens[i], tokens[i + 1]) == pair, -1);
            return at < 0 ? tokens : [.. tokens.Take(at), pair.Left + pair.Right, .. tokens.Skip(at + 2)];
        }));
        AssertSays("right to left", Exercise10.CheckJoin((tokens, pair) =>
            [.. Join([.. tokens.Reverse()], (pair.Right, pair.Left)).Select(t => t == pair.Right + pair.Left ? pair.Left + pair.Right : t).Reverse()]));
        AssertSays("at once", Exercise10.CheckJoin((tokens, pair) => tokens.All(t => t == "a") && tokens.Count == 4 ? ["aaaa"] : Join(tokens, pair)));
        AssertSays("overlap", Exercise10.CheckJoin((tokens, pair) => tokens.Count == 3 ? ["aaa"] : Join(tokens, pair)));
        AssertSays("order counts", Exercise10.CheckJoin((tokens, pair) => tokens.Count == 2 ? ["na"] : Join(tokens, pair)));
        AssertSays("threw", Exercise10.CheckJoin((tokens, pair) => throw new NotImplementedException()));
    }

    [Fact]
    public void Encoding_a_word()
    {
        AssertSays("✓", Exercise10.CheckEncode(Right));
        AssertSays("as letters", Exercise10.CheckEncode((word, merges) => Letters(word)));
        AssertSays("must spell", Exercise10.CheckEncode((word, merges) => []));
        AssertSays("longest", Exercise10.CheckEncode((word, merges) => word == "abcd" ? [word] : Right(word, merges)));
        AssertSays("left to right", Exercise10.CheckEncode((word, merges) => word == "abcd" ? ["ab", "cd"] : Right(word, merges)));
        AssertSays("learned first; yours", Exercise10.CheckEncode((word, merges) => word == "abcd" ? ["abc", "d"] : Right(word, merges)));
        AssertSays("one place only", Exercise10.CheckEncode((word, merges) => word == "efef" ? ["ef", "e", "f"] : Right(word, merges)));
        AssertSays("later one", Exercise10.CheckEncode((word, merges) => Right(word, [.. merges.SkipLast(1)])));
        AssertSays("empty word", Exercise10.CheckEncode((word, merges) => word == "" ? [""] : Right(word, merges)));

        static List<string> Letters(string word) => [.. word.Select(c => c.ToString())];
        static List<string> Right(string word, IReadOnlyList<(string, string)> merges) => merges.Aggregate(Letters(word), Join);
    }

    [Fact]
    public void Streaming()
    {
        AssertSays("✓", Exercise10.CheckStream(Right));
        AssertSays("Nothing comes out", Exercise10.CheckStream(tokens => []));
        AssertSays("Keep the bytes", Exercise10.CheckStream(tokens => tokens.Select(Encoding.UTF8.GetString)));
        AssertSays("wait for the end", Exercise10.CheckStream(tokens => [string.Concat(Right(tokens))]));
        AssertSays("one for each", Exercise10.CheckStream(tokens => Right(tokens).Where(text => text != "")));
        AssertSays("hold up", Exercise10.CheckStream(tokens => Right(tokens).Select(text => text.Replace("\uFFFD", "", StringComparison.Ordinal))));
        AssertSays("as they are", Exercise10.CheckStream(tokens => tokens.Select(_ => "?")));

        static IEnumerable<string> Right(IEnumerable<byte[]> tokens)
        {
            Decoder decoder = Encoding.UTF8.GetDecoder();
            char[] characters = new char[100];
            return tokens.Select(token => new string(characters, 0, decoder.GetChars(token, 0, token.Length, characters, 0)));
        }
    }
}
