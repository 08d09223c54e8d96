using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Syntax;

namespace Course;

/// <summary>
/// Formulas as Jupyter and GitHub read them: $…$ in a line, $$…$$ or \begin{…}…\end{…} on lines of their own, over as
/// many lines as they need. What stands between the signs is LaTeX and no Markdown. A dollar that opens no formula is a
/// dollar.
/// </summary>
internal sealed class CourseMath : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.InsertBefore<ParagraphBlockParser>(new BlockParser());
        pipeline.InlineParsers.InsertBefore<EmphasisInlineParser>(new InlineParser());
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    /// <summary>
    /// The place after the next $ or $$ that ends a formula, or -1. A blank line ends the text, and \$ is a sign inside
    /// it.
    /// </summary>
    private static int EndOf(ReadOnlySpan<char> text, int from, string sign)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '\\') { i++; }
            else if (text[i..].StartsWith(sign, StringComparison.Ordinal)) { return i + sign.Length; }
            else if (text[i] == '\n' && IsBlank(text[(i + 1)..])) { return -1; }
        }

        return -1;
    }

    private static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c == '\n') { return true; }

            if (c is not (' ' or '\t' or '\r' or '>')) { return false; } // > as the line may lie in a quotation
        }

        return false;
    }

    private sealed class InlineParser : Markdig.Parsers.InlineParser
    {
        public InlineParser() => OpeningCharacters = ['$'];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            ReadOnlySpan<char> text = slice.AsSpan();
            bool isDisplay = text.StartsWith("$$");
            int start = isDisplay ? 2 : 1, end = EndOf(text, start, isDisplay ? "$$" : "$");
            if (end < 0 || text[start..(end - start)].IsWhiteSpace() || (!isDisplay && !IsFormula(text, end)))
            {
                return false;
            }

            processor.Inline = new MathInline
            {
                Delimiter = '$', DelimiterCount = start,
                Content = new StringSlice(slice.Text, slice.Start + start, slice.Start + end - start - 1),
            };
            slice.Start += end;
            return true;
        }

        /// <summary>
        /// Money is none: "$5 and $6" has a space before the second dollar, "$5–$6" a digit after it.
        /// </summary>
        private static bool IsFormula(ReadOnlySpan<char> text, int end) =>
            !char.IsWhiteSpace(text[1]) && !char.IsWhiteSpace(text[end - 2])
                && (end == text.Length || !char.IsAsciiDigit(text[end]));
    }

    private sealed class BlockParser : Markdig.Parsers.BlockParser
    {
        private const string Begin = @"\begin{";

        public BlockParser() => OpeningCharacters = ['$', '\\'];

        public override BlockState TryOpen(BlockProcessor processor)
        {
            if (processor.IsCodeIndent) { return BlockState.None; }

            StringSlice line = processor.Line;
            ReadOnlySpan<char> rest = line.Text.AsSpan(line.Start); // with the lines that follow
            int end, start = 0;
            string close = "$$";
            if (rest.StartsWith("$$"))
            {
                start = 2;
                end = EndOf(rest, start, close);
            }
            else if (rest.StartsWith(Begin) && rest.IndexOf('}') is > 0 and var brace)
            {
                close = $@"\end{rest[(Begin.Length - 1)..(brace + 1)]}";
                end = rest.IndexOf(close, StringComparison.Ordinal) is >= 0 and var found ? found + close.Length : -1;
            }
            else { return BlockState.None; }

            // What follows on the last line makes it a part of a paragraph.
            if (end < 0 || !FirstLine(rest[end..]).IsWhiteSpace()
                || rest[start..Math.Max(start, end - start)].IsWhiteSpace())
            {
                return BlockState.None;
            }

            var block = new DisplayMath(this, start == 2 ? "$$" : "", close);
            processor.NewBlocks.Push(block);
            return Take(processor, block);
        }

        public override BlockState TryContinue(BlockProcessor processor, Block block) =>
            Take(processor, (DisplayMath)block);

        private static BlockState Take(BlockProcessor processor, DisplayMath block)
        {
            string line = processor.Line.ToString();
            block.Written.Add(line);
            block.UpdateSpanEnd(processor.Line.End);
            bool isFirst = block.Written.Count == 1;
            return line.AsSpan(isFirst ? block.Open.Length : 0).TrimEnd().EndsWith(block.Close)
                ? BlockState.BreakDiscard
                : BlockState.ContinueDiscard;
        }

        private static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text) =>
            text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;
    }
}

/// <summary>A formula on lines of its own.</summary>
internal sealed class DisplayMath(Markdig.Parsers.BlockParser parser, string open, string close) : LeafBlock(parser)
{
    public string Open => open;

    public string Close => close;

    /// <summary>Its lines, with the signs around the formula.</summary>
    public List<string> Written { get; } = [];

    public string Latex
    {
        get
        {
            string text = string.Join('\n', Written).Trim();
            return open == ""
                ? text
                : text[open.Length..(text.EndsWith(close, StringComparison.Ordinal) ? ^close.Length : ^0)].Trim();
        }
    }
}
