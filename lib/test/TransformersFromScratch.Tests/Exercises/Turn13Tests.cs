using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is right is used, and the library's version stands in for what is not. (QuestionTests tries every slip.)
/// </summary>
public class Turn13Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_versions_are_used()
    {
        Func<string, HashSet<string>, string[]> cut = Turn13Pieces.Library;
        Func<int[], double[], double[], int[], (int[], int[])> hide = Turn13Hide.Library;
        Func<Matrix<float>, bool[], Vector<float>> pool = (rows, padding) => Turn13Pool.Library((rows, padding));
        Func<float[], float[], int, (int, int)> span = (starts, ends, most) => Turn13Span.Library((starts, ends, most));
        Assert.Same(cut, Turn13.Pieces(cut));
        Assert.Same(hide, Turn13.Hide(hide));
        Assert.Same(pool, Turn13.Pool(pool));
        Assert.Same(span, Turn13.Span(span));
    }

    [Fact]
    public void For_stubs_the_librarys_stand_in()
    {
        Assert.Equal(
            ["package", "##s"], Turn13.Pieces((_, _) => throw new NotImplementedException())(
                "packages", ["p", "package", "##s"]));
        var (seen, targets) = Turn13.Hide((_, _, _, _) => throw new NotImplementedException())(
            [2, 9, 3], [0, 0.1, 0], [0, 0.85, 0], [7, 8, 7]);
        Assert.Equal([2, 8, 3], seen);
        Assert.Equal([Op.NoTarget, 9, Op.NoTarget], targets);
        var rows = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 0 }, { 3, 2 }, { 9, 9 } });
        Assert.Equal([2f, 1f], Turn13.Pool((_, _) => throw new NotImplementedException())(rows, [false, false, true]));
        Assert.Equal(
            (1, 2), Turn13.Span((_, _, _) => throw new NotImplementedException())([0, 3, 1, 0], [2, 0, 1, 2.5f], 2));
        Assert.True(Turn13Pieces.Question.Judge(_ => throw new NotImplementedException()).IsEmpty);
    }

    [Fact]
    public void The_library_cuts_as_its_tokenizer_does()
    {
        var tokens = WordPiece.Train(
            ["a library to read and write images of every kind", "libraries and readers"], 90, minimumCount: 1);
        HashSet<string> pieces = [.. tokens.Vocabulary];
        foreach (string word in WordPiece.Words("Readers write libraries, everywhere – zzz!"))
        {
            Assert.Equal(tokens.Tokens(word), Turn13Pieces.Library(word, pieces));
        }
    }

    [Fact]
    public void What_the_code_gives_is_looked_at_where_no_slip_explains_it()
    {
        Says("do not make up the word", Turn13Pieces.Question.Judge(x => [x.Word[..1]]));
        Says("special token", Turn13Hide.Question.Judge(x => ([.. x.Ids.Select(_ => 7)], [.. x.Ids])));
        Says("one number a column", Turn13Pool.Question.Judge(x => x.Rows.Column(0)));
        Says("before the first", Turn13Span.Question.Judge(x => (x.Starts.Length - 1, x.Starts.Length - 2)));
    }
}
