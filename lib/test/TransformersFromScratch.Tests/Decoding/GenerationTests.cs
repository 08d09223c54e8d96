using TransformersFromScratch.Tests.Layers;

namespace TransformersFromScratch.Tests.Decoding;

public class GenerationTests
{
    private static readonly SamplingOptions s_sampling =
        new() { Temperature = 0.9, TopK = 9, TopP = 0.95, MinP = 0.02 };

    private static Gpt Small(
        PositionKind positions = PositionKind.Learned, int context = 40, int? keyValueHeads = null, int? window = null,
        int? paddingId = null) =>
        VariantTests.Lively(new GptConfig
        {
            Vocabulary = 13, Context = context, Layers = 2, DModel = 16, Heads = 4, DFeedForward = 24, Dropout = 0,
            Positions = positions,
            KeyValueHeads = keyValueHeads, Window = window, PaddingId = paddingId,
        });

    public static TheoryData<PositionKind, int?, int?> Kinds() => new()
    {
        { PositionKind.Learned, null, null }, { PositionKind.Sinusoidal, 2, null }, { PositionKind.Rotary, 1, 6 },
        { PositionKind.Alibi, null, 6 },
        { PositionKind.None, 2, null }, { PositionKind.Rotary, null, null },
    };

    /// <summary>100 tokens with a context of 40: the text slides three times.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void With_the_cache_and_without_it_the_tokens_are_the_same(
        PositionKind positions, int? keyValueHeads, int? window)
    {
        Gpt model = Small(positions, 40, keyValueHeads, window);
        int[] greedy = [.. Generation.Stream(model, [3, 1, 4], 100)];
        Assert.Equal(100, greedy.Length);
        Assert.Equal(Generation.Stream(model, [3, 1, 4], 100, cached: false), greedy);
        for (int seed = 1; seed <= 3; seed++)
        {
            int[] sampled = [.. Generation.Stream(model, [3, 1, 4], 100, s_sampling, new Random(seed))];
            Assert.Equal(
                Generation.Stream(model, [3, 1, 4], 100, s_sampling, new Random(seed), cached: false), sampled);
            Assert.True(sampled.Distinct().Count() > 3);
            Assert.NotEqual(greedy, sampled);
        }
    }

    /// <summary>Prompts of different lengths; some texts end, some slide, each at a time of its own.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Texts_of_a_batch_are_those_of_single_ones(PositionKind positions, int? keyValueHeads, int? window)
    {
        Gpt model = Small(positions, 20, keyValueHeads, window);
        int[][] prompts = [[3, 1, 4, 1, 5, 9], [2], [.. Enumerable.Range(0, 20).Select(i => i % 13)], [7, 7, 7]];
        for (int end = 0; end < 13; end++)
        {
            Assert.Equal(
                prompts.Select(prompt => Generation.Stream(model, prompt, 30, end: end).ToArray()),
                Generation.Batch(model, prompts, 30, end: end));
            Random seeds = new(end);
            Assert.Equal(
                prompts.Select(
                    prompt => Generation.Stream(model, prompt, 30, s_sampling, new Random(seeds.Next()), end)
                        .ToArray()),
                Generation.Batch(model, prompts, 30, s_sampling, new Random(end), end));
        }
    }

    [Fact]
    public void A_text_stops_at_its_end_token_or_when_it_is_long_enough()
    {
        Gpt model = Small();
        int[] all = [.. Generation.Stream(model, [3, 1, 4], 30, s_sampling, new Random(1))];
        int end = all[7], first = Array.IndexOf(all, end);
        Assert.Equal(all[..first], Generation.Stream(model, [3, 1, 4], 30, s_sampling, new Random(1), end));
        Assert.Equal(all[..5], Generation.Stream(model, [3, 1, 4], 5, s_sampling, new Random(1)));
    }

    /// <summary>Whoever takes two tokens pays for two.</summary>
    [Fact]
    public void Tokens_are_written_as_they_are_asked_for()
    {
        using var cancellation = new CancellationTokenSource();
        using IEnumerator<int> tokens = Generation.Stream(Small(), [3], 1_000_000_000, token: cancellation.Token)
            .GetEnumerator();
        Assert.True(tokens.MoveNext());
        Assert.True(tokens.MoveNext());
        Assert.True(Tape.Recording); // Between two tokens whoever reads them may train.
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => tokens.MoveNext());
    }

    /// <summary>
    /// What the model looks at is never more than its context, and never less than half of it; and it does depend on
    /// it.
    /// </summary>
    [Fact]
    public void A_text_that_outgrows_the_context_slides_by_halves()
    {
        Gpt model = Small(context: 8);
        int[] written = [.. Generation.Stream(model, [3, 1, 4, 1, 5, 9, 2], 14)];
        List<int> text = [3, 1, 4, 1, 5, 9, 2];
        foreach (int token in written)
        {
            float[] logits = model.Forward(new TokenBatch([.. text], 1, text.Count)).Data[^13..];
            Assert.Equal(Array.IndexOf(logits, logits.Max()), token);
            text.Add(token);
            if (text.Count == 9)
            {
                text = text[^4..];
            }
        }

        Gpt tiny = Small(context: 1); // A bigram model: each token by the one before it alone.
        Assert.Equal(
            Generation.Stream(tiny, [5], 9).Skip(1),
            Generation.Stream(tiny, [Generation.Stream(tiny, [5], 1).Single()], 8));
    }

    [Fact]
    public void Padding_is_never_written()
    {
        Gpt model = Small(paddingId: 0);
        model.Norm!.Gain.Data.AsSpan().Clear();
        model.Norm.Bias.Data.AsSpan().Fill(1);
        model.Tokens.Weight.Data.AsSpan(0, 16).Fill(50); // Token 0 has by far the greatest score,
        model.Tokens.Weight.Data.AsSpan(16, 16).Fill(9); // then token 1.
        Assert.Equal([1, 1, 1, 1], Generation.Stream(model, [3, 4], 4));
        Assert.Equal([1, 1, 1, 1], Generation.Stream(model, [3, 4], 4, s_sampling with { TopK = 1 }, new Random(1)));
    }

    [Fact]
    public void What_does_not_fit_is_named_before_anything_is_written()
    {
        Gpt model = Small(context: 5);
        Says(() => Generation.Stream(model, [], 5), "Prompt 1 has 0 tokens", "at least one");
        Says(() => Generation.Stream(model, [1, 2, 3, 4, 5, 6], 5), "6 tokens", "1 to 5", "Keep the last 5");
        Says(() => Generation.Batch(model, [[1], [1, 2, 3, 4, 5, 6]], 5), "Prompt 2");
        Says(() => Generation.Batch(model, [], 5), "no prompt");
        Says(() => Generation.Stream(model, [1], 5, s_sampling), "random numbers");
        Assert.Throws<ArgumentOutOfRangeException>(() => Generation.Stream(model, [1], 0));
        Assert.Throws<ArgumentException>(() => Generation.Stream(model, [99], 5).ToArray());
        Assert.Throws<OperationCanceledException>(
            () => Generation.Batch(model, [[1]], 5, token: new CancellationToken(canceled: true)));
        model.Tokens.Weight.Data[0] = float.NaN;
        Assert.Throws<InvalidOperationException>(() => Generation.Stream(model, [1], 5).ToArray());

        static void Says(Func<object> action, params string[] parts)
        {
            string message = Assert.Throws<ArgumentException>(action).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }
}
