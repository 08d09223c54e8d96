namespace TransformersFromScratch;

/// <summary>
/// Short texts, a row each, such as names. The end of the line, '\n', is a token: every row begins with it, and its
/// last target is it. So a model learns how a line begins and when it is over.
/// </summary>
/// <remarks>
/// Rows are filled up to the longest with the same token. Nothing before it sees it, and its targets do not count.
/// </remarks>
public sealed class TextLines : ITextBatches
{
    /// <summary>What stands before and after each line.</summary>
    public const string End = "\n";

    private const int ExamBatch = 128;

    private readonly int[][] _lines;
    private readonly int _end;

    /// <summary>Lines of a vocabulary.</summary>
    /// <param name="lines">At least one.</param>
    /// <param name="characters">Their vocabulary; the end of a line is in it (<see cref="Vocabulary"/>).</param>
    /// <exception cref="ArgumentException">
    /// There is no line, or one has a character that is not in the vocabulary.
    /// </exception>
    public TextLines(IReadOnlyList<string> lines, Characters characters)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(characters);
        if (lines.Count == 0)
        {
            throw new ArgumentException("There are no lines to learn from.", nameof(lines));
        }

        _end = characters.Encode(End)[0];
        _lines = [.. lines.Select(line => characters.Encode($"{End}{line}{End}"))];
    }

    /// <summary>How many lines there are.</summary>
    public int Count => _lines.Length;

    /// <summary>T, the tokens of the longest row: its characters, and the end before them.</summary>
    public int Longest => _lines.Max(line => line.Length) - 1;

    /// <summary>How many targets count: the characters of all lines, and an end for each.</summary>
    public int Targets => _lines.Sum(line => line.Length - 1);

    /// <summary>The characters of lines, and the end of a line.</summary>
    public static Characters Vocabulary(IEnumerable<string> lines) => Characters.Of(End + string.Concat(lines));

    /// <summary>Lines drawn at random, each as likely as another.</summary>
    /// <inheritdoc cref="ITextBatches.Draw"/>
    public (TokenBatch Inputs, int[] Targets) Draw(Random random, int batch)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        return Batch([.. Enumerable.Range(0, batch).Select(_ => _lines[random.Next(Count)])]);
    }

    /// <summary>All lines, in batches of 128.</summary>
    /// <inheritdoc cref="ITextBatches.Exam"/>
    public IEnumerable<(TokenBatch Inputs, int[] Targets)> Exam(int batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batches);
        return _lines.Chunk(ExamBatch).Take(batches).Select(Batch);
    }

    private (TokenBatch Inputs, int[] Targets) Batch(int[][] lines)
    {
        TokenBatch inputs = TokenBatch.Of([.. lines.Select(line => line[..^1])], _end);
        int[] targets = [.. lines.SelectMany(line =>
            line.Skip(1).Concat(Enumerable.Repeat(Op.NoTarget, inputs.Length - line.Length + 1)))];
        return (inputs, targets);
    }
}
