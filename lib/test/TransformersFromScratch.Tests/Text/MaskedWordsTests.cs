namespace TransformersFromScratch.Tests.Text;

public sealed class MaskedWordsTests
{
    private static readonly WordPiece s_tokens = WordPiece.Of(
        [.. WordPiece.SpecialTokens, .. Enumerable.Range(0, 95).Select(i => $"w{i}")]);

    private static TokenBatch Sentences(params int[] lengths) => TokenBatch.Of(
        [.. lengths.Select(
            length => (int[])[s_tokens.First, .. Enumerable.Range(0, length).Select(i => 5 + i), s_tokens.Separator])],
                s_tokens.Padding);

    [Fact]
    public void Special_tokens_are_never_hidden_and_what_is_not_asked_stays()
    {
        TokenBatch sentences = Sentences(20, 1, 7, 3);
        var random = new SeededRandom(1);
        for (int draw = 0; draw < 200; draw++)
        {
            var (inputs, places, targets) = MaskedWords.Mask(sentences, s_tokens, random);
            Assert.Equal(places.Order(), places);
            Assert.All(places, place => Assert.False(s_tokens.IsSpecial(sentences.Ids[place])));
            Assert.Equal(places.Select(place => sentences.Ids[place]), targets);
            // 15 %, and at least 1.
            Assert.Equal(
                [3, 1, 1, 1], Enumerable.Range(0, 4).Select(b => places.Count(place => place / sentences.Length == b)));
            Assert.All(
                Enumerable.Range(0, inputs.Ids.Length).Except(places),
                place => Assert.Equal(sentences.Ids[place], inputs.Ids[place]));
        }
    }

    [Theory]
    [InlineData(0.8, 0.1)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 0)]
    [InlineData(0.8, 0)]
    public void The_hidden_ones_become_what_the_rule_says_as_often_as_it_says(double mask, double random)
    {
        TokenBatch sentences = Sentences([.. Enumerable.Repeat(40, 50)]);
        var rule = new MaskingRule(Mask: mask, Random: random);
        var chance = new SeededRandom(2);
        int masked = 0, kept = 0, other = 0;
        for (int draw = 0; draw < 40; draw++)
        {
            var (inputs, places, targets) = MaskedWords.Mask(sentences, s_tokens, chance, rule);
            Assert.Equal(300, places.Length); // 6 of 40, in 50 sentences
            foreach (var (place, target) in places.Zip(targets))
            {
                Assert.False(s_tokens.IsSpecial(inputs.Ids[place]) && inputs.Ids[place] != s_tokens.Mask);
                if (inputs.Ids[place] == s_tokens.Mask) { masked++; }
                else if (inputs.Ids[place] == target) { kept++; }
                else { other++; }
            }
        }

        // 12,000 draws: four standard deviations are at most 0.018. A random piece is the old one once in 95.
        Assert.Equal(mask, masked / 12_000.0, 0.018);
        Assert.Equal(random * 94 / 95, other / 12_000.0, 0.018);
        Assert.Equal(rule.Kept + random / 95, kept / 12_000.0, 0.018);
    }

    [Fact]
    public void Every_place_is_as_likely_as_another_and_every_draw_is_new()
    {
        TokenBatch sentences = Sentences(20);
        var random = new SeededRandom(3);
        int[] counts = new int[sentences.Length];
        for (int draw = 0; draw < 20_000; draw++)
        {
            foreach (int place in MaskedWords.Mask(sentences, s_tokens, random).Places) { counts[place]++; }
        }

        Assert.All(counts[1..21], count => Assert.InRange(count, 3000 - 202, 3000 + 202)); // four standard deviations
        Assert.Equal((0, 0), (counts[0], counts[21]));
    }

    [Fact]
    public void Shares_that_are_none_are_refused() =>
        Assert.All(
            [new MaskingRule(Rate: 1.5), new(Mask: -0.1), new(Random: double.NaN), new(Mask: 0.8, Random: 0.3)],
            rule => Assert.Contains(
                "0 to 1", Assert.Throws<ArgumentException>(
                    () => MaskedWords.Mask(Sentences(3), s_tokens, new SeededRandom(1), rule)).Message,
                        StringComparison.Ordinal));
}
