namespace TransformersFromScratch;

/// <summary>
/// A long text seen through windows of T tokens that begin anywhere. At every one of its T places a window asks what
/// comes next, so its targets are its inputs one token later. This is how GPT-2 and nanoGPT read a text.
/// </summary>
public sealed class TextWindows : ITextBatches
{
    // An exam's batches are as large as nanoGPT's, whatever a model was trained with: so all sit the same exam.
    private const int ExamBatch = 12, ExamSeed = 2017;

    private readonly int[] _ids;

    /// <summary>Windows of a text.</summary>
    /// <param name="ids">The tokens of the text; at least one more than a window has.</param>
    /// <param name="context">T, how many tokens a window has.</param>
    /// <exception cref="ArgumentException">The text is too short for a window.</exception>
    public TextWindows(int[] ids, int context)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        (_ids, Context) = (ids, context);
        Count = ids.Length - context;
        if (Count < 1)
        {
            throw new ArgumentException(
                $"A text of {ids.Length} tokens has no window of {context} and one more to foretell. " +
                "Take a shorter context or a longer text.", nameof(ids));
        }
    }

    /// <summary>T.</summary>
    public int Context { get; }

    /// <summary>How many windows there are: one begins at each of the places 0 to Count - 1.</summary>
    public int Count { get; }

    /// <summary>The window that begins at a place.</summary>
    /// <returns>T tokens, and the T tokens that follow each of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No window begins there.</exception>
    public (TokenBatch Inputs, int[] Targets) At(int start) =>
        start >= 0 && start < Count ? Batch([start]) : throw new ArgumentOutOfRangeException(
            nameof(start), start, $"Windows of this text begin at the places 0 to {Count - 1}.");

    /// <summary>Windows that begin anywhere, each place as likely as another.</summary>
    /// <inheritdoc cref="ITextBatches.Draw"/>
    public (TokenBatch Inputs, int[] Targets) Draw(Random random, int batch)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        return Batch([.. Enumerable.Range(0, batch).Select(_ => random.Next(Count))]);
    }

    /// <summary>Batches of 12 windows, drawn with one seed for all.</summary>
    /// <inheritdoc cref="ITextBatches.Exam"/>
    public IEnumerable<(TokenBatch Inputs, int[] Targets)> Exam(int batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batches);
        var random = new SeededRandom(ExamSeed);
        for (int i = 0; i < batches; i++)
        {
            yield return Draw(random, ExamBatch);
        }
    }

    private (TokenBatch Inputs, int[] Targets) Batch(int[] starts)
    {
        int[] inputs = new int[starts.Length * Context], targets = new int[inputs.Length];
        for (int row = 0; row < starts.Length; row++)
        {
            Array.Copy(_ids, starts[row], inputs, row * Context, Context);
            Array.Copy(_ids, starts[row] + 1, targets, row * Context, Context);
        }

        return (new TokenBatch(inputs, starts.Length, Context), targets);
    }
}
