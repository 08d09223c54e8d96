using System.Text;
using CsCheck;

namespace TransformersFromScratch.Tests.Text;

public class Gpt2PiecesTests
{
    private static readonly string[] s_parts = ["a", " ", "1", "😀", "𝐀", "𝟏", "'s", "!"];

    [Theory]
    [InlineData("I'll go, don't", "I|'ll| go|,| don|'t")]
    [InlineData("  two  words ", " | two| | words| ")]
    [InlineData("x1234\n\n y", "x|1234|\n\n| y")]
    [InlineData("naïve cafe\u0301", "naïve| cafe|\u0301")]
    [InlineData("a😀b 𝐀𝐁1", "a|😀|b| 𝐀𝐁|1")]
    public void A_text_is_cut_as_GPT_2_cuts_it(string text, string pieces) =>
        Assert.Equal(pieces.Split('|'), Gpt2Pieces.Split(text));

    [Fact]
    public void Nothing_is_lost_and_nothing_is_twice() => Gen.String.Sample(
        text => Assert.Equal(text, string.Concat(Gpt2Pieces.Split(text))), iter: 3000);

    /// <summary>Characters beyond U+FFFF take part as what they are: letters, numbers or marks.</summary>
    [Fact]
    public void A_character_of_two_units_is_never_cut() => Gen.Int[0, s_parts.Length - 1].Select(i => s_parts[i])
        .Array[0, 10].Select(string.Concat).Sample(text => Assert.All(
            Gpt2Pieces.Split(text), piece => Assert.DoesNotContain(Rune.ReplacementChar, piece.EnumerateRunes())));
}
