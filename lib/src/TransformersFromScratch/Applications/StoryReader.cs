namespace TransformersFromScratch;

/// <summary>An answer that was found in a story.</summary>
/// <param name="Text">The words, in small letters.</param>
/// <param name="Start">The place of its first token in the row [CLS] question [SEP] story [SEP].</param>
/// <param name="End">The place of its last token.</param>
/// <param name="Probability">Of its start times that of its end, 0 to 1.</param>
public sealed record StoryAnswer(string Text, int Start, int End, double Probability);

/// <summary>
/// A <see cref="BertReader"/> together with its tokenizer: a story and a question in, words of the story out. One
/// file holds all of it.
/// </summary>
public sealed class StoryReader
{
    /// <summary>How many tokens an answer has at most; the longest that stories have is two.</summary>
    public const int LongestAnswer = 4;

    internal const string Format = "TransformersFromScratch reader of stories 1";

    private const string TokensKey = "tokens";
    private static readonly string s_command = CourseCommand.Line("lab stories");

    private static readonly ModelFormat s_format = new(
        Format, "reader of stories", $"To make one: {s_command}",
        $"Those are made by: {s_command}");

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public StoryReader(BertReader reader, WordPiece tokens)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(tokens);
        ModelFormat.RequireSameVocabulary(reader.Bert.Config.Vocabulary, tokens.Count);
        (Reader, Tokens) = (reader, tokens);
    }

    /// <summary>The model.</summary>
    public BertReader Reader { get; }

    /// <summary>The tokenizer.</summary>
    public WordPiece Tokens { get; }

    /// <summary>How many tokens question and story may have together.</summary>
    public int Longest => Reader.Bert.Config.Positions;

    /// <summary>A story and a question as this model reads them.</summary>
    public StoryRow Row(string story, string question) =>
        StoryRow.Of(Tokens, story, question, Reader.Bert.Config.TokenTypes);

    /// <summary>The words of a text that the model has never seen, each once.</summary>
    public IReadOnlyList<string> Strange(string text) =>
        [.. WordPiece.Words(text).Where(word => Tokens.Encode(word).Contains(Tokens.Unknown)).Distinct()];

    /// <summary>Answers one question.</summary>
    /// <param name="story">The sentences.</param>
    /// <param name="question">The question.</param>
    /// <param name="maps">If given, each layer's attention weights [1, h, T, T] are added to it.</param>
    /// <exception cref="ArgumentException">The story is empty, or both together are too long.</exception>
    public StoryAnswer Answer(string story, string question, ICollection<Tensor>? maps = null) =>
        Answer([(story, question)], maps)[0];

    /// <summary>Answers questions, each to its own story.</summary>
    /// <param name="asked">Story and question, at least one pair.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <exception cref="ArgumentException">A story is empty, or too long with its question.</exception>
    public IReadOnlyList<StoryAnswer> Answer(
        IReadOnlyList<(string Story, string Question)> asked, ICollection<Tensor>? maps = null)
    {
        ArgumentNullException.ThrowIfNull(asked);
        using var quiet = Tape.NoGradient();
        StoryRow[] rows = [.. asked.Select(one => Row(one.Story, one.Question))];
        if (rows.FirstOrDefault(row => row.Ids.Length > Longest || row.Ids.Length - row.First < 2) is { } wrong)
        {
            throw new ArgumentException(wrong.Ids.Length > Longest
                ? $"Question and story have {wrong.Ids.Length} tokens, but this model has {Longest} positions."
                : "The story is empty: there is nothing to look for an answer in.", nameof(asked));
        }

        var (tokens, types) = StoryRow.Batch(rows, Tokens.Padding);
        var (starts, ends) = Reader.Forward(tokens, types, maps: maps);
        return [.. rows.Select(
            (row, b) => Best(
                row, starts.Data.AsSpan(b * tokens.Length, row.Ids.Length),
                ends.Data.AsSpan(b * tokens.Length, row.Ids.Length)))];
    }

    /// <summary>
    /// Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it was.
    /// </summary>
    public void Save(string path)
    {
        Dictionary<string, string> metadata = s_format.Header(Reader.Bert.Config);
        metadata[TokensKey] = Tokens.Write();
        SafeTensors.Save(path, Reader.Parameters(), metadata);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds something else; the message says what.
    /// </exception>
    public static StoryReader Load(string path) => s_format.Load(path, file =>
    {
        BertConfig config = ModelFormat.Config<BertConfig>(file);

        // Before anything is built by the numbers of the header: do they fit what is in the file? (Which has another
        // head.)
        if (config.ParameterCount() > 4 * ModelFormat.Held(file))
        {
            throw new InvalidDataException(
                $"its configuration has {config.ParameterCount()} parameters, but its tensors " +
                $"{ModelFormat.Held(file)}");
        }

        var reader = new BertReader(new Bert(config, seed: 0), seed: 0);
        file.CopyWeightsTo(reader.Parameters());
        return new StoryReader(reader, WordPiece.Read(path, ModelFormat.Lines(file, TokensKey)));
    });

    private StoryAnswer Best(StoryRow row, ReadOnlySpan<float> starts, ReadOnlySpan<float> ends)
    {
        // The last token is [SEP].
        var (start, end, _) = BertReader.Span(starts[..^1], ends[..^1], LongestAnswer, row.First);
        int[] ids = row.Ids[start..(end + 1)];
        // [UNK].
        string text = Tokens.Decode(ids) is { Length: > 0 } words
            ? words
            : string.Join(' ', ids.Select(Tokens.TokenText));
        return new StoryAnswer(text, start, end, Share(starts, start) * Share(ends, end));
    }

    /// <summary>The softmax of scores, at one place.</summary>
    private static double Share(ReadOnlySpan<float> scores, int place)
    {
        double sum = 0;
        foreach (float score in scores)
        {
            sum += Math.Exp(score - (double)scores[place]);
        }

        return 1 / sum;
    }
}
