namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>What chapters 0 and 1 show of the shipped translator.</summary>
public class ReadingTests
{
    private static readonly Lazy<Translator> s_translator = new(
        () => Translator.Load(Path.Combine(Corpus.Folder("en-fr.safetensors"), "en-fr.safetensors")));

    private static Reading Of(string sentence) => Reading.Of(s_translator.Value, sentence);

    [Theory]
    [InlineData("Click a filter to select it", "Click a filter to select it.")]
    [InlineData("Click a filter to select it.", "Click a filter to select it.")]
    [InlineData("  Where is it?  ", "Where is it?")]
    [InlineData("Choose Format - Cells (optional)", "Choose Format - Cells (optional)")]
    public void A_sentence_without_a_mark_gets_a_full_stop(string given, string read) =>
        Assert.Equal(read, Of(given).Sentence);

    [Fact]
    public void It_is_read_as_the_translator_reads_it()
    {
        Reading reading = Of("Click a filter to select it");
        Assert.Equal(["Click", "a", "filter", "to", "select", "it", "."], reading.Tokens);
        Assert.Equal(s_translator.Value.Translate(["Click a filter to select it."], 4)[0], reading.Translation);
        EncoderResult encoder = s_translator.Value.Model.Encode(
            s_translator.Value.Encode("Click a filter to select it."));
        Assert.Equal(encoder.Attention.Select(heads => heads.Count), reading.Attention.Select(heads => heads.Count));
        Assert.Equal(encoder.Attention[1][2], reading.Attention[1][2]);
        Assert.All(
            reading.Attention.SelectMany(heads => heads), map => Assert.Equal((7, 7), (map.RowCount, map.ColumnCount)));
    }

    [Fact]
    public void A_piece_that_continues_a_word_shows_it()
    {
        Assert.Equal(["Sav", "·es", "the", "template", "."], Of("Saves the template").Tokens);
        Assert.Equal(["double", "-", "·click", "it", "."], Of("double-click it").Tokens.TakeLast(5));
    }

    [Fact]
    public void A_word_is_found_where_it_stands_alone()
    {
        Reading reading = Of("To exit a group, double-click anywhere outside it.");
        Assert.Equal(reading.Tokens.Count - 2, reading.PlaceOf("it")); // not the last two letters of exit
        Assert.Equal(
            reading.Tokens.Index().First(item => item.Item == "double").Index, reading.PlaceOf("Double-click"));
        Assert.Equal(reading.Tokens.Count - 1, reading.PlaceOf("."));
        Assert.Equal(0, reading.PlaceOf("to"));
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        string message = Assert.Throws<ArgumentException>(() => Of("Click a filter").PlaceOf("it")).Message;
        Assert.Contains("no word 'it'", message, StringComparison.Ordinal);
        Assert.Contains("filter", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Of("  "));
        Assert.Contains(
            "tokens", Assert.Throws<ArgumentException>(
                () => Of(string.Concat(Enumerable.Repeat("click it ", 200)))).Message, StringComparison.Ordinal);
    }
}
