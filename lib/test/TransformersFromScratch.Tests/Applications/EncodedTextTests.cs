namespace TransformersFromScratch.Tests.Applications;

public class EncodedTextTests
{
    private const int Longest = 6;
    private static readonly BytePairEncoding s_tokens = BytePairEncoding.Train([" the cat sat", " the dog"], 12);

    private static Translator New() => new(
        new Transformer(
            new TransformerConfig
            {
                Vocabulary = s_tokens.Count, DModel = 16, Heads = 2, DFeedForward = 24,
                EncoderLayers = 1, DecoderLayers = 1,
            },
            seed: 2),
        s_tokens, Longest)
    {
        Learned = LearnedText.Of(["the cat's dog sat"], "cats"),
    };

    [Fact]
    public void A_text_is_normalised_and_encoded_as_the_model_would()
    {
        Translator translator = New();
        EncodedText read = translator.Read("the cat\u2019s");
        Assert.Equal("the cat\u2019s", read.Text);
        Assert.Equal(translator.Encode("the cat's"), read.Ids);
        Assert.NotEqual(translator.Encode(read.Text), read.Ids);
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData(" \u00A0 \u00AD", true, false)]
    [InlineData("                         ", true, false)]
    [InlineData("the dog", false, false)]
    [InlineData("xxxxxxxxxxxx", false, true)]
    public void Whether_it_is_blank_or_too_long_is_judged_once_for_all(string text, bool blank, bool tooLong)
    {
        Translator translator = New();
        EncodedText read = translator.Read(text);
        Assert.Equal((blank, tooLong), (read.IsBlank, read.IsTooLong));
        if (blank || tooLong)
        {
            string message = Assert.Throws<ArgumentException>(() => translator.NBest([read], 1)).Message;
            Assert.Contains(
                blank ? "Sentence 1 is empty" : $"Sentence 1 has {read.Ids.Count} tokens", message,
                StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(
                translator.NBest([text], 2)[0].Select(found => found.Tokens),
                translator.NBest([read], 2)[0].Select(found => found.Tokens));
        }
    }

    [Fact]
    public void A_part_of_a_text_that_is_too_long_may_have_as_many_characters_as_fit()
    {
        EncodedText read = New().Read("xxxxxxxxxxxx"); // a space and 12 letters, none of them merged
        Assert.Equal(13, read.Ids.Count);
        Assert.Equal(Longest * 12 / 13, read.CharactersOfAPart);
    }
}
