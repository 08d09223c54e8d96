namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is right is used, and the library's version stands in for what is not. (QuestionTests tries every slip.)
/// </summary>
public class Turn10Tests
{
    private static readonly (string[] Tokens, int Count)[] s_four =
    [
        (["l", "o", "w"], 5), (["l", "o", "w", "e", "r"], 2), (["n", "e", "w", "e", "s", "t"], 6),
        (["w", "i", "d", "e", "s", "t"], 3),
    ];

    private static void AssertSays(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static string[] FirstOnly(string[] tokens, (string Left, string Right) pair) =>
        Merging.JoinFirst(tokens, pair);

    [Fact]
    public void Right_versions_are_used()
    {
        Func<string[], (string, string), string[]> join = Merging.Join;
        Func<(string[], int)[], int, List<(string, string)>> learn = Turn10Learn.Library;
        Func<string, IReadOnlyList<(string, string)>, string[]> encode = Turn10Encode.Library;
        Assert.Same(join, Turn10.Join(join));
        Assert.Same(learn, Turn10.Learn(learn));
        Assert.Same(encode, Turn10.Encode(encode));
    }

    [Fact]
    public void For_stubs_the_librarys_stand_in()
    {
        Assert.Equal(
            ["aa", "a"], Turn10.Join((_, _) => throw new NotImplementedException())(["a", "a", "a"], ("a", "a")));
        var learned = Turn10.Learn((_, _) => throw new NotImplementedException())(s_four, 7);
        Assert.Equal(
            [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w"), ("e", "w"), ("n", "ew"), ("new", "est")], learned);
        Assert.Equal(
            ["low", "est"], Turn10.Encode((_, _) => throw new NotImplementedException())("lowest", learned));
    }

    [Fact]
    public void The_library_learns_what_its_tokenizer_learns()
    {
        string text = string.Join('\n', s_four.SelectMany(word =>
            Enumerable.Repeat(string.Concat(word.Tokens), word.Count)));
        var tokens = BytePairEncoding.Train([text], 7);
        Assert.Equal(
            tokens.Merges.Select(pair => (tokens.TokenText(pair.Left), tokens.TokenText(pair.Right))),
            Turn10Learn.Library(s_four, 7));
    }

    [Fact]
    public void What_the_code_gives_is_looked_at_where_no_slip_explains_it()
    {
        AssertSays("lost or doubled", Turn10Join.Question.Judge(x => Merging.Join(x.Word, x.Pair)[..^1]));
        AssertSays("changes what it was given", Turn10Join.Question.Judge(x =>
        {
            string[] joined = Merging.Join(x.Word, x.Pair);
            if (joined.Length < x.Word.Length) { x.Word[0] = "?"; }

            return joined;
        }));
        AssertSays("must spell", Turn10Encode.Question.Judge(x => []));
        AssertSays("empty word", Turn10Encode.Question.Judge(
            x => x.Word == "" ? [""] : Turn10Encode.Library(x.Word, x.Merges)));
        AssertSays("one place only", Turn10Encode.Question.Judge(
            x => x.Merges.Aggregate(Merging.Letters(x.Word), FirstOnly)));
        AssertSays("more merges", Turn10Learn.Question.Judge(x => [.. Enumerable.Repeat(("a", "b"), x.Merges + 2)]));
        AssertSays("learned twice", Turn10Learn.Question.Judge(x => [.. Enumerable.Repeat(("a", "b"), x.Merges)]));
        AssertSays("threw", Turn10Learn.Question.Judge(x => throw new InvalidOperationException()));
    }
}
