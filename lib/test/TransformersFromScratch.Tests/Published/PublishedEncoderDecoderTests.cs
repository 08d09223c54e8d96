using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>T5, T5 1.1 and BART against Hugging Face's, on the same weights: forwards, and what they write.</summary>
public class PublishedEncoderDecoderTests
{
    private static (PublishedFolder From, IEncoderDecoder Model) Load(string name)
    {
        var from = new PublishedFolder(name);
        IEncoderDecoder model = name == "bart" ? PublishedModels.Bart(from) : PublishedModels.T5(from);
        from.AssertAllLoaded(but: "final_logits_bias"); // BART's is no parameter, and 0.
        return (from, model);
    }

    [Theory]
    [InlineData("t5")]
    [InlineData("t5-v1_1")]
    [InlineData("bart")]
    public void Logits_loss_hidden_states_and_attention_are_the_published_ones(string name)
    {
        var (from, model) = Load(name);
        TokenBatch source = from.Tokens("input_ids"), target = from.Targets(model.StartId, model.PaddingId);
        bool[] unread = [.. from.Ids("attention_mask").Select(seen => seen == 0)];
        int[] labels = from.Ids("labels");
        bool[] unwritten = [.. labels.Select(label => label == Op.NoTarget)];

        List<Tensor> read = [], written = [], copied = [];
        Tensor memory = model.Encode(source, maps: read);
        from.Close("encoder_last_hidden_state", memory, unread);
        Tensor decoded = model.Decode(target, memory, source, selfMaps: written, crossMaps: copied);
        from.Close("decoder_hidden_states", 2, decoded, unwritten);
        Tensor logits = model.Logits(decoded);
        from.Close("logits", logits, unwritten);
        float loss = Op.CrossEntropy(logits.Reshape(labels.Length, logits.Shape[^1]), labels).Scalar;
        Assert.Equal(from.Reference.GetProperty("loss").GetSingle(), loss, 1e-3);
        Assert.Equal((2, 2, 2), (read.Count, written.Count, copied.Count));
        for (int i = 0; i < 2; i++)
        {
            from.Close("encoder_attentions", i, read[i], unread);
            from.Close("decoder_attentions", i, written[i], unwritten);
            from.Close("cross_attentions", i, copied[i], unwritten);
        }
    }

    /// <summary>
    /// All targets have the greatest length, so the length penalty does not change which is best; a published score is
    /// the log-probability over length to the power of the penalty.
    /// </summary>
    [Theory]
    [InlineData("t5")]
    [InlineData("t5-v1_1")]
    [InlineData("bart")]
    public void Greedy_decoding_and_beam_search_write_the_published_sequences(string name)
    {
        var (from, model) = Load(name);
        foreach (JsonElement wanted in from.Reference.GetProperty("generate").EnumerateArray())
        {
            int[][] sequences = [.. wanted.GetProperty("sequences").EnumerateArray().Select(Ints)];
            var source = TokenBatch.Of([Ints(wanted.GetProperty("input"))], model.PaddingId);
            bool forced = name == "bart"; // It is made to write its end token last, which has probability 1 there.
            int longest = wanted.GetProperty("max_new_tokens").GetInt32() - (forced ? 1 : 0);
            int[][] targets = [.. sequences.Select(ids => ids[1..(longest + 1)])];
            Assert.All(targets, target => Assert.DoesNotContain(model.EndId, target));
            if (wanted.GetProperty("how").GetString() == "greedy")
            {
                Assert.Equal(targets, Greedy.Decode(model, source, longest));
                Assert.Equal(targets, Greedy.DecodeAnew(model, source, model.StartId, model.EndId, longest));
                continue;
            }

            var found = BeamSearch.Decode(model, source, longest, width: 4, best: targets.Length).Single();
            Assert.Equal(targets, found.Select(hypothesis => hypothesis.Tokens));
            double penalty = wanted.GetProperty("args").GetProperty("length_penalty").GetDouble();
            double[] scores = [.. wanted.GetProperty("sequences_scores").EnumerateArray()
                .Select(score => score.GetDouble())];
            Assert.All(found.Zip(scores), pair => Assert.Equal(
                pair.Second, pair.First.LogProbability / Math.Pow(longest + (forced ? 1 : 0), penalty), 1e-3));
        }
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt32())];
}
