using System.Text;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise10Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static readonly (string, int)[] s_abcd = [("abcd", 3), ("ab", 2), ("cd", 2), ("bc", 3)];

    [Fact]
    public void Greedy_is_not_always_best()
    {
        AssertSays("✎", Exercise10.CheckGreedy([], []));
        // b+c counts 6 and a+b, c+d 5 each; after b+c the best that is left is 3.
        AssertSays("✓", Exercise10.CheckGreedy(s_abcd, [("a", "b"), ("c", "d")]));
        AssertSays("leaves 17, and your a+b, b+c 18", Exercise10.CheckGreedy(s_abcd, [("a", "b"), ("b", "c")]));
        AssertSays("as good", Exercise10.CheckGreedy([("abcd", 6)], [("b", "c"), ("a", "bc")]));
        AssertSays("join nothing", Exercise10.CheckGreedy(s_abcd, [("x", "y")]));
    }

    [Fact]
    public void A_corpus_out_of_range_is_one_sentence()
    {
        AssertSays("null", Exercise10.CheckGreedy(null!, []));
        AssertSays("has 0 words", Exercise10.CheckGreedy([], [("a", "b")]));
        AssertSays("0 letters", Exercise10.CheckGreedy([("", 1)], [("a", "b")]));
        AssertSays("13 letters", Exercise10.CheckGreedy([(new string('a', 13), 1)], [("a", "b")]));
        AssertSays("occurs 0 times", Exercise10.CheckGreedy([("ab", 0)], [("a", "b")]));
        AssertSays("0 merges", Exercise10.CheckGreedy([("ab", 1)], []));
        AssertSays("is empty", Exercise10.CheckGreedy([("ab", 1)], [("a", "")]));
    }

    [Fact]
    public void The_fewest_tokens()
    {
        AssertSays("✓", Exercise10.CheckShortest(Shortest));
        AssertSays("✎", Exercise10.CheckShortest((_, _) => throw new NotImplementedException()));
        AssertSays("does not exist", Exercise10.CheckShortest((word, _) => [word]));
        AssertSays("spell ''", Exercise10.CheckShortest((_, _) => []));
        AssertSays("are enough", Exercise10.CheckShortest((word, tokens) => word.Length < 6 ? Shortest(word, tokens)
            : [.. word.Select(letter => letter.ToString())]));

        static string[] Shortest(string word, HashSet<string> tokens)
        {
            var best = new string[word.Length + 1][];
            best[0] = [];
            for (int end = 1; end <= word.Length; end++)
            {
                for (int start = 0; start < end; start++)
                {
                    if (!tokens.Contains(word[start..end])) { continue; }

                    if (best[end] is null || best[start].Length + 1 < best[end].Length)
                        best[end] = [.. best[start], word[start..end]];
                }
            }

            return best[word.Length];
        }
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
