namespace Notebooks.Tests.Formatting;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ntext\t😀", "plain\ntext\t😀")]
    [InlineData("abc\rX", "Xbc")] // as a terminal and JupyterLab: what is not written over stays
    [InlineData("100 %\r", "100 %")]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("one\r\r\ntwo", "one\ntwo")]
    [InlineData("😀😀\rX", "X😀")]
    [InlineData("ab\bX", "aX")]
    [InlineData("\b\ba", "a")]
    [InlineData("long line\r\e[Kshort", "short")]
    [InlineData("long line\r\e[2Kx\rshort", "short")]
    [InlineData("a\e[5Gb", "a   b")]
    [InlineData("\e]0;title\aafter", "after")]
    [InlineData("\e]8;;https://example.org\e\\link\e]8;;\e\\", "link")]
    [InlineData("\e[?25lhidden\e[?25h\e[2J\e[3A\e[1;1H", "hidden")]
    [InlineData("\e(Bx\e7y\e8z", "xyz")]
    [InlineData("breaks off \e[31", "breaks off ")]
    [InlineData("breaks off \e", "breaks off ")]
    [InlineData("\u009b31mx", "\e[0;31mx\e[0m")]
    [InlineData("\e[31mred\e[0m plain", "\e[0;31mred\e[0m plain")]
    [InlineData("\e[31mred\rR", "\e[0;31mRed\e[0m")]
    [InlineData("\e[31mred\n\e[1mbold red\e[m.", "\e[0;31mred\n\e[0;1;31mbold red\e[0m.")]
    [InlineData("\e[38;5;200;48;2;1;2;3mx", "\e[0;38;5;200;48;2;1;2;3mx\e[0m")]
    [InlineData("\e[>4;2mx", "x")]
    public void Text_is_kept_as_a_terminal_shows_it_in_the_end(string text, string expected)
    {
        Assert.Equal(expected, TerminalText.Settle(text));
        Assert.Equal(expected, TerminalText.Settle(expected)); // it has settled
    }

    [Fact]
    public void Of_a_bar_that_was_redrawn_a_hundred_times_the_last_state_stays() =>
        Assert.Equal(
            "step 100\ndone", TerminalText.Settle(
                string.Concat(Enumerable.Range(0, 101).Select(i => $"\rstep {i}")) + "\ndone"));

    [Theory]
    [InlineData("a < b", "a &lt; b")]
    [InlineData("\e[31mred <b>\e[0m", "<span class=\"ansi-red-fg\">red &lt;b&gt;</span>")]
    [InlineData("\e[1;92mok", "<span class=\"ansi-bold ansi-green-intense-fg\">ok</span>")]
    [InlineData("\e[7mx", "<span class=\"ansi-default-inverse-fg ansi-default-inverse-bg\">x</span>")]
    [InlineData("\e[31;42;7mx\e[27my",
        "<span class=\"ansi-green-fg ansi-red-bg\">x</span><span class=\"ansi-red-fg ansi-green-bg\">y</span>")]
    [InlineData("\e[38;5;196mx", "<span style=\"color:rgb(255,0,0)\">x</span>")]
    [InlineData("\e[48;2;1;2;3mx", "<span style=\"background-color:rgb(1,2,3)\">x</span>")]
    [InlineData("\e[38;5;1mx\e[39my", "<span class=\"ansi-red-fg\">x</span>y")]
    [InlineData("\e[38;2;999;0;0mx\e[38;5mx\e[99999999999999mx", "xxx")]
    [InlineData("bell\a\0\u007f", "bell")]
    public void Colours_become_spans_and_nothing_else_becomes_markup(string text, string expected) =>
        Assert.Equal(expected, TerminalText.ToHtml(text));
}
