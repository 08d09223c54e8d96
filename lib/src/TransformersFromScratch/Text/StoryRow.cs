namespace TransformersFromScratch;

/// <summary>A question and a story as one row of tokens: [CLS] question [SEP] story [SEP].</summary>
/// <param name="Ids">T ids.</param>
/// <param name="Types">0 for the question, 1 for the story.</param>
public sealed record StoryRow(int[] Ids, int[] Types)
{
    /// <summary>The place of the story's first token.</summary>
    public int First => Array.IndexOf(Types, 1);

    /// <summary>The row of a story and a question.</summary>
    public static StoryRow Of(WordPiece tokens, string story, string question)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var (ids, types) = tokens.Pair(question, story);
        return new StoryRow(ids, types);
    }

    /// <summary>The places of the first and the last token of a story's answer.</summary>
    /// <param name="tokens">The tokenizer of the row.</param>
    /// <param name="story">The row's story.</param>
    /// <exception cref="ArgumentException">The answer does not stand in the sentence that is said to have it.</exception>
    public (int Start, int End) AnswerOf(WordPiece tokens, Story story)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(story);
        var (start, end) = SentenceOf(tokens, story, story.AnswerSentence);
        int[] answer = tokens.Encode(story.Answer);
        int within = Ids.AsSpan(start, end - start).IndexOf(answer);
        return within >= 0 ? (start + within, start + within + answer.Length - 1) : throw new ArgumentException(
            $"'{story.Answer}' does not stand in '{story.Sentences[story.AnswerSentence]}'.", nameof(story));
    }

    /// <summary>Where a sentence of the row's story begins, and where the next one does.</summary>
    /// <param name="tokens">The tokenizer of the row.</param>
    /// <param name="story">The row's story.</param>
    /// <param name="sentence">Which, from 0.</param>
    public (int Start, int End) SentenceOf(WordPiece tokens, Story story, int sentence)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(story);
        int start = First + story.Sentences.Take(sentence).Sum(one => tokens.Encode(one).Length);
        return (start, start + tokens.Encode(story.Sentences[sentence]).Length);
    }

    /// <summary>Rows as a batch, filled up with padding; padding has type 0.</summary>
    public static (TokenBatch Tokens, int[] Types) Batch(IReadOnlyList<StoryRow> rows, int paddingId)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var tokens = TokenBatch.Of([.. rows.Select(row => row.Ids)], paddingId);
        return (tokens, [.. rows.SelectMany(row => row.Types.Concat(new int[tokens.Length - row.Types.Length]))]);
    }
}
