namespace TransformersFromScratch.Tests.Text;

public class LearnedTextTests
{
    private static readonly LearnedText s_learned = LearnedText.Of(
        ["Don't open \u201Cit\u201D - twice.", "A caf\u00e9 \u2013 on 5/7?", "The file:"], "a test");

    [Theory]
    [InlineData("Don\u2019t open", "Don't open")]
    // The plain one is unknown here, the typographic one known.
    [InlineData("Don\u02BCt \u00ABopen\u00BB", "Don't \u201Dopen\u201D")]
    [InlineData("\u201Cit\u201D \u2013 stays", "\u201Cit\u201D \u2013 stays")]
    [InlineData("a\u00A0b\u202Fc\u3000d\te", "a b c d e")]
    [InlineData("  two  spaces ", "two spaces")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("twi\u00ADce o\u200Bn\uFEFF", "twice on")]
    [InlineData("\uFF26\uFF49\uFF4C\uFF45 \uFB01le\u2026", "\uFF26ile file...")]
    [InlineData("it \u2014 on \u2011 5\u20447", "it \u2013 on - 5/7")]
    // What has no such form stays.
    [InlineData("\u00BD \u00B2 \u0416 \uD83D\uDE00", "\u00BD \u00B2 \u0416 \uD83D\uDE00")]
    [InlineData("\u200B \u00A0", "")]
    public void What_it_has_not_seen_is_written_as_what_it_has(string typed, string expected) =>
        Assert.Equal(expected, s_learned.Normalise(typed));

    [Fact]
    public void Strange_words_and_marks_are_named_once()
    {
        Assert.Empty(s_learned.Strange("open THE caf\u00e9 twice 57?"));
        Assert.Equal(["dog", "\uD83D\uDE00", "!"], s_learned.Strange("A dog \uD83D\uDE00! dog"));
        Assert.Equal(
            (3, true, false), (s_learned.Fewest, s_learned.IsShort("The file"), s_learned.IsShort("The file:")));
        Assert.Throws<ArgumentException>(() => LearnedText.Of([], "nothing"));
    }
}
