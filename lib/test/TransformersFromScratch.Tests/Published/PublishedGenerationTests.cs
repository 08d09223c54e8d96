using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>What Hugging Face's <c>generate</c> wrote with the same weights, token for token, and its scores.</summary>
public class PublishedGenerationTests
{
    public static TheoryData<string> Folders => PublishedFolder.With("generation_config.json");

    [Theory]
    [MemberData(nameof(Folders))]
    public void Greedy_decoding_and_beam_search_write_the_published_sequences(string name)
    {
        var from = new PublishedFolder(name);
        Pretrained model = from.Load();
        int compared = 0;
        foreach (JsonElement wanted in from.Reference.GetProperty("generate").EnumerateArray())
        {
            JsonElement args = wanted.GetProperty("args");
            int[] input = Ints(wanted.GetProperty("input"));
            int[][] sequences = [.. wanted.GetProperty("sequences").EnumerateArray().Select(Ints)];
            BeamOptions options = model.Generation.Beam with
            {
                Width = args.GetProperty("num_beams").GetInt32(),
                Best = sequences.Length,
                Alpha = args.TryGetProperty("length_penalty", out JsonElement alpha) ? alpha.GetDouble() : 1,
                EarlyStopping = args.TryGetProperty("early_stopping", out JsonElement early) && early.GetBoolean(),
            };
            var found = model.Generate(input, wanted.GetProperty("max_new_tokens").GetInt32(), options);
            Assert.Equal(
                sequences, found.Select((hypothesis, i) => Whole(model, input, hypothesis, sequences[i].Length)));
            if (wanted.GetProperty("sequences_scores") is { ValueKind: JsonValueKind.Array } scores)
            {
                Assert.All(
                    found.Zip(scores.EnumerateArray()),
                    pair => Assert.Equal(pair.Second.GetDouble(), pair.First.Score, 1e-3));
                compared += found.Count;
            }

            if (model.Tokens is { } tokens && wanted.TryGetProperty("texts", out JsonElement texts))
            {
                Assert.Equal(
                    texts.EnumerateArray().Select(text => text.GetString()),
                    sequences.Select(ids => tokens.Decode(ids.Where(id => id < tokens.Count))));
            }
        }

        Assert.True(compared > 0, "No score was compared.");
    }

    /// <summary>
    /// The paper's own greedy decoding, with and without a cache, writes the same where nothing is forced.
    /// </summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void The_other_ways_of_greedy_decoding_agree(string name)
    {
        var from = new PublishedFolder(name);
        Pretrained model = from.Load();
        foreach (JsonElement wanted in from.Reference.GetProperty("generate").EnumerateArray()
            .Where(one => one.GetProperty("how").GetString() == "greedy"))
        {
            int[] input = Ints(wanted.GetProperty("input")), sequence = Ints(wanted.GetProperty("sequences")[0]);
            int forced = model.Generation.Beam.Rules.Last is null ? 0 : 1;
            int longest = wanted.GetProperty("max_new_tokens").GetInt32() - forced;
            if (model.EncoderDecoder is { } network)
            {
                var source = TokenBatch.Of([input], network.PaddingId);
                int[] target = [.. sequence[1..].Take(longest).TakeWhile(id => id != network.EndId)];
                Assert.Equal([target], Greedy.Decode(network, source, longest));
                Assert.Equal([target], Greedy.DecodeAnew(network, source, network.StartId, network.EndId, longest));
            }
            else
            {
                int end = Assert.Single(model.Generation.Ends);
                int[] target = [.. sequence[input.Length..].TakeWhile(id => id != end)];
                foreach (bool cached in (bool[])[true, false])
                {
                    Assert.Equal(target, Generation.Stream(model.Gpt!, input, longest, end: end, cached: cached));
                }
            }
        }
    }

    /// <summary>Prompts of different lengths side by side: each text is what its prompt alone gives.</summary>
    [Theory]
    [InlineData("gpt2", null)]
    [InlineData("llama", null)]
    [InlineData("gpt2", WeightFormat.Float16)]
    [InlineData("llama", WeightFormat.BFloat16)]
    [InlineData("gpt2", WeightFormat.Int8)]
    [InlineData("llama", WeightFormat.Int8)]
    public void Texts_of_a_batch_are_those_of_their_prompts_alone(string name, WeightFormat? weights)
    {
        var from = new PublishedFolder(name);
        Pretrained model = Pretrained.Load(from.Place, weights ?? WeightFormat.Float32);
        Gpt gpt = model.Gpt!;
        var random = new Random(7);
        int end = model.Generation.Ends[0], longest = gpt.Config.Context / 2;
        for (int round = 0; round < 4; round++)
        {
            int[][] prompts = [.. Enumerable.Range(0, 2 + (5 * round)).Select(_ => Enumerable
                .Range(0, random.Next(1, gpt.Config.Context - longest))
                .Select(_ => random.Next(gpt.Config.Vocabulary)).ToArray())];
            int[][] alone = [.. prompts.Select(prompt =>
                Generation.Stream(gpt, prompt, longest, end: end).ToArray())];
            Assert.Equal(alone, Generation.Batch(gpt, prompts, longest, end: end));
            Assert.True(alone.Sum(text => text.Distinct().Count()) > 3 * prompts.Length, "Hardly anything is written.");
        }
    }

    /// <summary>
    /// As it is published: prompt or start token, what was written, the end, padding up to the longest.
    /// </summary>
    private static int[] Whole(Pretrained model, int[] input, Hypothesis hypothesis, int length)
    {
        int[] before = model.EncoderDecoder is { } network ? [network.StartId] : input;
        int[] whole = [.. before, .. hypothesis.Tokens, .. hypothesis.Ended ? model.Generation.Ends.Take(1) : []];
        int padding = model.EncoderDecoder?.PaddingId ?? model.Generation.Ends[0];
        return [.. whole, .. Enumerable.Repeat(padding, Math.Max(0, length - whole.Length))];
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt32())];
}
