namespace TransformersFromScratch.Tests.Text;

public class TextLinesTests
{
    private const int None = Op.NoTarget;
    private static readonly string[] s_names = ["ab", "b"];

    [Fact]
    public void A_row_begins_and_ends_with_the_end_of_a_line()
    {
        var lines = new TextLines(s_names, TextLines.Vocabulary(s_names)); // \n 0, a 1, b 2
        var (inputs, targets) = Assert.Single(lines.Exam(10));
        Assert.Equal([0, 1, 2, 0, 2, 0], inputs.Ids);
        Assert.Equal([1, 2, 0, 2, 0, None], targets); // The second row is filled up: its third target does not count.
        Assert.Equal((2, 3, 5), (lines.Count, lines.Longest, lines.Targets));
    }

    [Fact]
    public void All_lines_are_drawn_and_each_only_whole()
    {
        var lines = new TextLines(s_names, TextLines.Vocabulary(s_names));
        var (inputs, targets) = lines.Draw(new Random(1), 100);
        string[] rows =
            [.. inputs.Ids.Chunk(inputs.Length)
                .Zip(targets.Chunk(inputs.Length), (i, t) => $"{string.Join(' ', i)} > {string.Join(' ', t)}")];
        Assert.Equal([$"0 1 2 > 1 2 0", $"0 2 0 > 2 0 {None}"], rows.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_cannot_be_learned_is_named()
    {
        Assert.Contains(
            "no lines", Assert.Throws<ArgumentException>(
                () => new TextLines([], TextLines.Vocabulary(s_names))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'c'", Assert.Throws<ArgumentException>(() => new TextLines(["c"], TextLines.Vocabulary(s_names))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_split_into_parts_that_share_none()
    {
        IReadOnlyList<string> names = Names.Load(Path.Combine(Corpus.Folder("names.txt"), "names.txt"));
        Assert.Equal(8403, names.Count);
        Assert.Equal(names.Distinct().Count(), names.Count);
        var (training, development, test) = Names.Split(names);
        Assert.Equal((6722, 840, 841), (training.Length, development.Length, test.Length));
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            training.Concat(development).Concat(test).Order(StringComparer.Ordinal));
        Assert.Equal(test, Names.Split(names).Test);
        Assert.NotEqual(test, Names.Split(names, seed: 2).Test);
        Assert.True(training.Select(name => name[0]).Distinct().Count() > 20, "The parts are mixed.");
    }

    [Fact]
    public void A_text_is_split_at_nine_tenths()
    {
        Assert.Equal(("abcdefghi", "jk"), Austen.Split("abcdefghijk"));
        string novels = Austen.Load(Path.Combine(Corpus.Folder("austen.txt"), "austen.txt"));
        Assert.EndsWith("FINIS", novels[..Austen.EmmaLength].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(
            "MANSFIELD PARK", novels[Austen.EmmaLength..(Austen.EmmaLength + 100)], StringComparison.Ordinal);
    }
}
