namespace TransformersFromScratch;

/// <summary>
/// Cuts text into tokens, and joins them again: <see cref="Characters"/>, <see cref="BytePairEncoding"/>,
/// <see cref="WordPiece"/> or <see cref="SentencePiece"/>.
/// </summary>
public interface ITokenizer
{
    /// <summary>How many tokens there are; their ids are 0 to Count - 1.</summary>
    int Count { get; }

    /// <summary>The ids of a text.</summary>
    int[] Encode(string text);

    /// <summary>The text of ids.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    string Decode(IEnumerable<int> ids);

    /// <summary>A token to be shown, so that its spaces are seen.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    string TokenText(int id);
}
