namespace TransformersFromScratch;

/// <summary>
/// A text as a model reads it. It is brought into the characters that the model knows, and encoded, once;
/// whether there is anything to read, and whether it is too much, is judged here.
/// </summary>
public sealed class EncodedText
{
    private readonly int[] _ids;

    internal EncodedText(string text, int[] ids, int longest) => (Text, _ids, Longest) = (text, ids, longest);

    /// <summary>The text as it came.</summary>
    public string Text { get; }

    /// <summary>The S ids of its tokens; none if it is blank.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>How many tokens the longest text of the model's training had.</summary>
    public int Longest { get; }

    /// <summary>Whether there is nothing in it to read.</summary>
    public bool IsBlank => _ids.Length == 0;

    /// <summary>Whether it has more tokens than any text of the training: places beyond are never learned.</summary>
    public bool IsTooLong => _ids.Length > Longest;

    /// <summary>About how many characters a part of it may have, if it has to be cut: at least 1.</summary>
    public int CharactersOfAPart => (int)Math.Max(1, (long)Longest * Text.Length / Math.Max(1, _ids.Length));

    /// <summary>A batch of texts of one length S: [B, S], without padding.</summary>
    internal static TokenBatch Batch(IEnumerable<EncodedText> texts, int padding) =>
        TokenBatch.Of([.. texts.Select(text => text._ids)], padding);
}
