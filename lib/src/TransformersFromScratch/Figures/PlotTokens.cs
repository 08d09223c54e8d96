namespace TransformersFromScratch;

/// <summary>A text and its tokens, as Plot.Tokens draws them.</summary>
/// <param name="Name">What stands to the left of the tokens: the word, or what cut it; may be empty.</param>
/// <param name="Tokens">The tokens, in order. A space is drawn as ␣.</param>
public sealed record TokenRow(string Name, IEnumerable<string> Tokens);

// Texts and what they are cut into.
public static partial class Plot
{
    /// <summary>
    /// Texts cut into coloured tokens, a row per text, and how many tokens each has. Equal tokens have the same colour.
    /// </summary>
    /// <param name="rows">The texts with their tokens.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <exception cref="ArgumentException">There is no text, or there are too many tokens for a notebook.</exception>
    public static Figure Tokens(IEnumerable<TokenRow> rows, string title = "")
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(title);
        return TokensFigure(title, new TokensDrawing(null, [rows]), "");
    }

    /// <summary>
    /// The same with a control, such as the number of merges: the rows of each of its stops. The control works in a
    /// saved notebook and on a static page, with no kernel.
    /// </summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="control">What the reader moves.</param>
    /// <param name="rows">The rows at a stop, counted from 0. It is called once per stop.</param>
    /// <exception cref="ArgumentException">A stop has no text, or there are too many tokens for a notebook.</exception>
    public static Figure Tokens(string title, FigureControl control, Func<int, IEnumerable<TokenRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(rows);
        IEnumerable<TokenRow>[] stops = [.. Enumerable.Range(0, Stops.Count([control])).Select(rows)];
        return TokensFigure(title, new TokensDrawing(control, stops), Stops.Describe([control]) + " ");
    }

    private static Figure TokensFigure(string title, TokensDrawing drawing, string controls)
    {
        (int texts, int tokens) = drawing.Size;
        return new Figure(
            drawing, title,
            $"{controls}{texts} text{(texts == 1 ? "" : "s")} cut into {tokens} token{(tokens == 1 ? "" : "s")}.", "",
            drawing.Text);
    }
}
