namespace TransformersFromScratch;

/// <summary>
/// A question and a story as one row of tokens: [CLS] question [SEP] story [SEP]. BERT's types, two in its paper, say
/// here how long ago a
/// sentence was: 0 for the question, 1 for the last sentence of the story, 2 for the one before it, and so on.
/// (Sukhbaatar et al. 2015,
/// section 4.1, number sentences backwards too.)
/// </summary>
/// <param name="Ids">T ids.</param>
/// <param name="Types">T types.</param>
public sealed record StoryRow(int[] Ids, int[] Types)
{
    /// <summary>The place of the story's first token.</summary>
    public int First => Array.FindIndex(Types, type => type > 0);

    /// <summary>The row of a story and a question.</summary>
    /// <param name="tokens">The tokenizer.</param>
    /// <param name="story">The story; a sentence ends with a full stop.</param>
    /// <param name="question">The question.</param>
    /// <param name="types">How many types there are. Sentences that are longer ago share the last one.</param>
    public static StoryRow Of(WordPiece tokens, string story, string question, int types)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(types, 2);
        var (ids, kinds) = tokens.Pair(question, story);
        int[] stop = tokens.Encode(".");
        // The last token is [SEP]: it goes with the last sentence.
        for (int i = ids.Length - 2, ago = 1; i >= 0 && kinds[i] > 0; i--)
        {
            bool ended = i < ids.Length - 2 && ids[i] == stop[0];
            ago += ended ? 1 : 0;
            kinds[i] = Math.Min(ago, types - 1);
        }

        return new StoryRow(ids, kinds);
    }

    /// <summary>The places of the first and the last token of a story's answer.</summary>
    /// <param name="tokens">The tokenizer of the row.</param>
    /// <param name="story">The row's story.</param>
    /// <exception cref="ArgumentException">
    /// The answer does not stand in the sentence that is said to have it.
    /// </exception>
    public (int Start, int End) AnswerOf(WordPiece tokens, Story story)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(story);
        var (start, end) = SentenceOf(tokens, story.AnswerSentence);
        int[] answer = tokens.Encode(story.Answer);
        int within = Ids.AsSpan(start, end - start).IndexOf(answer);
        return within >= 0 ? (start + within, start + within + answer.Length - 1) : throw new ArgumentException(
            $"'{story.Answer}' does not stand in '{story.Sentences[story.AnswerSentence]}'.", nameof(story));
    }

    /// <summary>Where a sentence of the story begins, and where the next one does.</summary>
    /// <param name="tokens">The tokenizer of the row.</param>
    /// <param name="sentence">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The story has no such sentence.</exception>
    public (int Start, int End) SentenceOf(WordPiece tokens, int sentence)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(sentence);
        int stop = tokens.Encode(".")[0], start = First;
        for (; ; sentence--)
        {
            int length = Ids.AsSpan(start).IndexOf(stop) + 1;
            ArgumentOutOfRangeException.ThrowIfZero(length, nameof(sentence));
            if (sentence == 0)
            {
                return (start, start + length);
            }

            start += length;
        }
    }

    /// <summary>Rows as a batch, filled up with padding; padding has type 0.</summary>
    public static (TokenBatch Tokens, int[] Types) Batch(IReadOnlyList<StoryRow> rows, int paddingId)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var tokens = TokenBatch.Of([.. rows.Select(row => row.Ids)], paddingId);
        return (tokens, [.. rows.SelectMany(row => row.Types.Concat(new int[tokens.Length - row.Types.Length]))]);
    }
}
