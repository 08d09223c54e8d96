namespace TransformersFromScratch;

/// <summary>Chapter 13, WordPiece: the longest piece that fits comes first (Devlin et al. 2018, section 3).</summary>
internal static class Turn13Pieces
{
    private const string Unknown = "[UNK]", Inside = "##";

    public static Question<(string Word, string[] Pieces), string[]> Question { get; } = new(PiecesInputs)
    {
        Right = x => Library(x.Word, [.. x.Pieces]),
        Say = x => $"the word '{x.Word}' and the pieces {string.Join(' ', x.Pieces)}",
        Slips =
        [
            (x => [x.Word], "The word comes back whole. Cut it into pieces that are in the vocabulary."),
            (x => [.. Library(x.Word, [.. x.Pieces]).Select(piece => piece == Unknown ? piece : Bare(piece))],
                "The right pieces, but without their ##. A piece that does not begin the word keeps it: ##s and s " +
                "are two pieces."),
            (x => Cut(x, longest: false), "You take the shortest piece that fits. Take the longest: begin with the " +
                "whole rest, and make it shorter."),
            (x => Cut(x, mark: false), "You look for the letters of the rest without ##. Inside a word only pieces " +
                "that begin with ## fit."),
            (x => Cut(x, give: GiveUp.Stop), "You stop where no piece fits, and keep what was cut before. Then the " +
                "whole word is [UNK]."),
            (x => Cut(x, give: GiveUp.Piece), "You write [UNK] behind the pieces that were found. A word that cannot " +
                "be cut to its end is one [UNK] alone."),
            (x => Cut(x, give: GiveUp.Letter), "You put [UNK] for one letter and go on. In BERT's WordPiece the " +
                "whole word becomes one [UNK]."),
            (x => Cut(x, give: GiveUp.Nothing), "For a word that cannot be cut you return nothing. It becomes one " +
                "token, [UNK]."),
            (FromRight, "You cut from the right: the longest piece that ends the word is taken first. Begin " +
                "at the left."),
            (x =>
                [.. Library(x.Word, [.. x.Pieces])
                    .Select((piece, i) => i == 0 && piece != Unknown ? Inside + piece : piece)],
                "The first piece has a ## as well. It begins the word, so it has none."),
            (x => Anywhere(x), "You take the longest piece that stands anywhere in the word. It must stand at the " +
                "place that you have reached."),
        ],
        Symptoms =
        [
            ((x, y) => string.Concat(y.Select(Bare)) != x.Word
                && !y.Contains(Unknown), "The pieces do not make up the word."),
            ((x, y) => y.Any(piece => piece != Unknown && !x.Pieces.Contains(piece)), "A piece is not in the " +
                "vocabulary."),
        ],
    };

    private enum GiveUp { Word, Stop, Piece, Letter, Nothing }

    /// <summary>The rule as it is.</summary>
    public static string[] Library(string word, HashSet<string> pieces)
    {
        var cut = new List<string>();
        for (int start = 0; start < word.Length;)
        {
            string mark = start == 0 ? "" : Inside;
            int end = word.Length;
            while (end > start && !pieces.Contains(mark + word[start..end])) { end--; }

            if (end == start) { return [Unknown]; }

            cut.Add(mark + word[start..end]);
            start = end;
        }

        return [.. cut];
    }

    private static string[] Cut(
        (string Word, string[] Pieces) x, bool longest = true, bool mark = true, GiveUp give = GiveUp.Word)
    {
        var cut = new List<string>();
        for (int start = 0; start < x.Word.Length;)
        {
            string before = start == 0 || !mark ? "" : Inside;
            int[] ends =
                [.. Enumerable.Range(start + 1, x.Word.Length - start)
                    .Where(e => x.Pieces.Contains(before + x.Word[start..e]))];
            if (ends.Length > 0)
            {
                int end = longest ? ends[^1] : ends[0];
                cut.Add(before + x.Word[start..end]);
                start = end;
                continue;
            }

            switch (give)
            {
                case GiveUp.Stop: return [.. cut];
                case GiveUp.Piece: return [.. cut, Unknown];
                case GiveUp.Nothing: return [];
                case GiveUp.Letter: cut.Add(Unknown); start++; break;
                default: return [Unknown];
            }
        }

        return [.. cut];
    }

    private static string[] FromRight((string Word, string[] Pieces) x)
    {
        var cut = new List<string>();
        for (int end = x.Word.Length; end > 0;)
        {
            int start = Enumerable.Range(0, end)
                .FirstOrDefault(s => x.Pieces.Contains((s == 0 ? "" : Inside) + x.Word[s..end]), -1);
            if (start < 0) { return [Unknown]; }

            cut.Insert(0, (start == 0 ? "" : Inside) + x.Word[start..end]);
            end = start;
        }

        return [.. cut];
    }

    /// <summary>
    /// The longest piece first, wherever it stands; what is left of it and right of it is cut in the same way.
    /// </summary>
    private static string[] Anywhere((string Word, string[] Pieces) x)
    {
        string[]? cut = Part(0, x.Word.Length);
        return cut ?? [Unknown];

        string[]? Part(int from, int to)
        {
            if (from == to) { return []; }

            for (int length = to - from; length > 0; length--)
            {
                for (int start = from; start + length <= to; start++)
                {
                    string piece = (start == 0 ? "" : Inside) + x.Word.Substring(start, length);
                    if (x.Pieces.Contains(piece))
                    {
                        return Part(from, start) is { } left && Part(start + length, to) is { } right
                            ? [.. left, piece, .. right]
                            : null;
                    }
                }
            }

            return null;
        }
    }

    private static string Bare(string piece) =>
        piece.StartsWith(Inside, StringComparison.Ordinal) ? piece[Inside.Length..] : piece;

    private static IEnumerable<(string, string[])> PiecesInputs()
    {
        yield return ("packages", ["p", "pack", "package", "##s", "##age", "##ages", "##g"]);
        yield return ("unix", ["un", "##i", "##ix", "uni", "##x"]);
        yield return ("abab", ["a", "b", "ab", "##a", "##b"]);
        yield return ("café", ["c", "##a", "ca", "##f"]);
        foreach (var input in Samples.Random(random =>
        {
            string word = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abc"[random.Next(3)]));
            var pieces = new HashSet<string>(StringComparer.Ordinal);
            foreach (char letter in "abc")
            {
                if (random.Next(8) > 0) { pieces.Add(letter.ToString()); }
                if (random.Next(8) > 0) { pieces.Add(Inside + letter); }
            }

            for (int i = random.Next(3, 14); i > 0; i--)
            {
                string letters = string.Concat(
                    Enumerable.Range(0, random.Next(2, 5)).Select(_ => "abc"[random.Next(3)]));
                pieces.Add(random.Next(2) == 0 ? letters : Inside + letters);
            }

            return (word, pieces.Order(StringComparer.Ordinal).ToArray());
        })) { yield return input; }
    }
}
