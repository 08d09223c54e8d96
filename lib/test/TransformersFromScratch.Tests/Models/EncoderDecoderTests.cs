using static TransformersFromScratch.Tests.Models.SmallModels;

namespace TransformersFromScratch.Tests.Models;

/// <summary>What holds for every model with an encoder and a decoder.</summary>
public class EncoderDecoderTests
{
    public static TheoryData<string> Models => SmallModels.Names;

    [Theory, MemberData(nameof(Models))]
    public void Every_step_with_the_cache_gives_the_logits_of_the_whole_decoder(string name)
    {
        IEncoderDecoder model = Build(name);
        var source = TokenBatch.Of(Sentences(2, 6, 3), model.PaddingId);
        int[][] written = [.. Sentences(3, 25, 25, 25, 25).Select(target => (int[])[model.StartId, .. target])];
        var repeated = TokenBatch.Of([.. Sentences(2, 6, 3).SelectMany(s => new[] { s, s })], model.PaddingId);
        var cache = new DecoderCache(model, source, beams: 2);
        for (int t = 0; t < 26; t++)
        {
            Tensor step = cache.Step([.. written.Select(row => row[t])]);
            var target = new TokenBatch([.. written.SelectMany(row => row[..(t + 1)])], 4, t + 1);
            Tensor whole = model.Logits(model.Decode(target, model.Encode(repeated), repeated));
            for (int row = 0; row < 4; row++)
            {
                Close(Rows(whole, (row * (t + 1)) + t, 1), Rows(step, row, 1), 2e-4f);
            }

            if (t % 5 == 4)
            {
                int[] chosen = [1, 1, 2, 3]; // The first two are twins now, until they write something else.
                cache.SelectRows(chosen);
                written = [.. chosen.Select((row, i) => (int[])[.. written[row][..(t + 1)], .. written[i][(t + 1)..]])];
            }
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Greedy_decoding_and_a_beam_of_one_write_what_the_whole_decoder_says_alone_and_in_company(string name)
    {
        IEncoderDecoder model = Build(name);
        int[][] sources = Sentences(4, 5, 2, 7, 1);
        var batch = TokenBatch.Of(sources, model.PaddingId);
        IReadOnlyList<int[]> greedy = Greedy.Decode(model, batch, longest: 15);
        Assert.Equal(Greedy.DecodeAnew(model, batch, model.StartId, model.EndId, 15), greedy);
        Assert.Equal(Greedy.Decode(model, batch, model.StartId, model.EndId, 15), greedy);
        Assert.Equal(sources.SelectMany(s => Greedy.Decode(model, TokenBatch.Of([s], model.PaddingId), 15)), greedy);
        Assert.Equal(greedy, BeamSearch.Decode(model, batch, 15, width: 1).Select(found => found[0].Tokens));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_sentence_has_the_same_logits_alone_and_with_padding_on_either_side(string name)
    {
        IEncoderDecoder model = Build(name);
        int[][] sources = Sentences(5, 6, 2, 4);
        int[][] targets = [.. Sentences(6, 3, 5, 1).Select(t => (int[])[model.StartId, .. t])];
        int longest = targets.Max(target => target.Length);
        foreach (var (left, padLeft) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            Tensor together = model.Forward(
                TokenBatch.Of(sources, model.PaddingId, left), TokenBatch.Of(targets, model.PaddingId, padLeft));
            for (int b = 0; b < sources.Length; b++)
            {
                Tensor alone = model.Forward(
                    TokenBatch.Of([sources[b]], model.PaddingId), TokenBatch.Of([targets[b]], model.PaddingId));
                int first = (b * longest) + (padLeft ? longest - targets[b].Length : 0);
                Close(alone.Data, Rows(together, first, targets[b].Length));
            }
        }
    }

    /// <summary>
    /// A later token of the target changes no bit before it; a token of the source changes something everywhere.
    /// </summary>
    [Theory, MemberData(nameof(Models))]
    public void A_target_token_sees_the_whole_source_and_no_later_one(string name)
    {
        IEncoderDecoder model = Build(name);
        int[] source = Sentences(8, 5)[0], target = [model.StartId, .. Sentences(9, 6)[0]];
        float[] before = Logits(source, target);
        int[] other = [.. target], otherSource = [.. source];
        other[4] = 3 + ((other[4] - 2) % 9);
        otherSource[2] = 3 + ((otherSource[2] - 2) % 9);
        float[] after = Logits(source, other), elsewhere = Logits(otherSource, target);
        for (int t = 0; t < target.Length; t++)
        {
            Assert.Equal(t < 4, Row(before, t).SequenceEqual(Row(after, t)));
            Assert.False(Row(before, t).SequenceEqual(Row(elsewhere, t)));
        }

        float[] Logits(int[] source, int[] target) =>
            model.Forward(new TokenBatch(source, 1, source.Length), new TokenBatch(target, 1, target.Length)).Data;

        static Span<float> Row(float[] logits, int t) =>
            logits.AsSpan(t * SmallModels.Vocabulary, SmallModels.Vocabulary);
    }

    [Theory, MemberData(nameof(Models))]
    public void Every_parameter_has_a_name_of_its_own_and_a_gradient(string name)
    {
        IEncoderDecoder model = Build(name);
        Parameter[] parameters = [.. model.Parameters()];
        Assert.Equal(parameters.Length, parameters.DistinctBy(parameter => parameter.Name).Count());
        Tensor logits = model.Forward(
            TokenBatch.Of(Sentences(1, 9, 4), model.PaddingId), TokenBatch.Of(Sentences(2, 5, 9), model.PaddingId),
            new Random(1));
        Op.CrossEntropy(logits, [.. Sentences(3, 18)[0]]).Backward();
        Assert.All(parameters, parameter => Assert.True(
            parameter.Value.Gradient is { } gradient && gradient.Data.Any(value => value != 0), parameter.Name));
    }

    [Theory, MemberData(nameof(Models))]
    public void Gradients_agree_with_differences(string name)
    {
        IEncoderDecoder model = Build(name);
        var source = TokenBatch.Of(Sentences(1, 4, 2), model.PaddingId);
        var target = TokenBatch.Of(Sentences(2, 3, 4), model.PaddingId);
        int[] labels = Sentences(3, 8)[0];
        string[] some =
        [
            "positions", "embedding_norm", "bias.table", "cross_attention.query", "layers.1.attention.key.weight",
            "norm.gain", "gate",
        ];
        CheckGradients(
            () => Op.CrossEntropy(model.Forward(source, target), labels),
            model.Parameters().Where(parameter =>
                Array.Exists(some, part => parameter.Name.Contains(part, StringComparison.Ordinal))));
    }

    [Fact]
    public void The_formulas_count_what_is_built()
    {
        BartConfig[] barts =
        [
            SmallBart, SmallBart with { Norm = NormPlacement.Pre },
            SmallBart with { Activation = Activation.SwiGlu, DecoderLayers = 3 },
        ];
        foreach (BartConfig config in barts)
        {
            Assert.Equal(config.ParameterCount(), new Bart(config, seed: 1).ParameterCount);
        }

        T5Config[] t5s = [SmallT5, SmallT5 with { Activation = Activation.GeGlu }, SmallT5 with { TiedOutput = false }];
        foreach (T5Config config in t5s)
        {
            Assert.Equal(config.ParameterCount(), new T5(config, seed: 1).ParameterCount);
        }
    }

    /// <summary>
    /// The counts that Hugging Face gives for the published checkpoints of these sizes (published-shapes.json).
    /// </summary>
    [Fact]
    public void The_formulas_count_the_published_models()
    {
        Assert.Equal(60_506_624, new T5Config
        {
            Vocabulary = 32_128, DModel = 512, Heads = 8, HeadWidth = 64, DFeedForward = 2048,
            EncoderLayers = 6, DecoderLayers = 6,
        }.ParameterCount());

        // Two rows of each table of positions are of no place, and so not ours: 139,420,416 in all.
        Assert.Equal(139_420_416 - (4 * 768), new BartConfig
        {
            Vocabulary = 50_265, DModel = 768, Heads = 12, DFeedForward = 3072,
            EncoderLayers = 6, DecoderLayers = 6, Positions = 1024,
        }.ParameterCount());
    }

    /// <summary>Without its table a T5 cannot tell one order of the source from another; with it, it can.</summary>
    [Fact]
    public void Without_its_bias_the_encoder_of_a_T5_sees_a_set()
    {
        var model = (T5)Build("t5");
        int[] source = [3, 9, 4, 7, 5], order = [4, 2, 0, 3, 1];
        Assert.False(IsPermuted());
        model.EncoderBias.Table.Data.AsSpan().Clear();
        Assert.True(IsPermuted());

        bool IsPermuted()
        {
            int[] shuffled = [.. order.Select(i => source[i])];
            return Follows(
                model.Encode(new TokenBatch(source, 1, 5)), model.Encode(new TokenBatch(shuffled, 1, 5)), order);
        }
    }

    /// <summary>T5's initialisation keeps the size of numbers: its first logits are about as large as 1.</summary>
    [Fact]
    public void A_fresh_T5_and_a_fresh_Bart_guess_about_evenly()
    {
        foreach (IEncoderDecoder model in new IEncoderDecoder[]
        {
            new T5(new T5Config { Vocabulary = 500 }, 1),
            new T5(new T5Config { Vocabulary = 500, TiedOutput = false }, 1),
            new Bart(new BartConfig { Vocabulary = 500 }, 1),
            new Bart(new BartConfig { Vocabulary = 500, Norm = NormPlacement.Pre }, 1),
        })
        {
            var tokens = new TokenBatch([.. Enumerable.Range(0, 80).Select(i => (i * 37 % 490) + 5)], 4, 20);
            double loss = Op.CrossEntropy(model.Forward(tokens, tokens), [.. Enumerable.Reverse(tokens.Ids)]).Scalar;
            Assert.InRange(loss, Math.Log(500) - 0.5, Math.Log(500) + 1.5);
        }
    }

    [Fact]
    public void What_no_model_can_have_is_named()
    {
        Contains("Buckets is 7", () => new T5(SmallT5 with { Buckets = 7 }, 1));
        Contains("Distance is 4", () => new T5(SmallT5 with { Distance = 4 }, 1));
        Contains("HeadWidth is 0", () => new T5(SmallT5 with { HeadWidth = 0 }, 1));
        Contains("StartId is 12", () => new T5(SmallT5 with { StartId = 12 }, 1));
        Contains("Epsilon is 0", () => new T5(SmallT5 with { Epsilon = 0 }, 1));
        Contains("3 heads cannot share a d_model of 16", () => new Bart(SmallBart with { Heads = 3 }, 1));
        Contains("Positions is 0", () => new Bart(SmallBart with { Positions = 0 }, 1));
        Contains("Deviation is NaN", () => new Bart(SmallBart with { Deviation = float.NaN }, 1));
        Contains("dropout of 1", () => new Bart(SmallBart with { Dropout = 1 }, 1));
        var model = new Bart(SmallBart with { Positions = 5 }, 1);
        TokenBatch three = new([3], 1, 1), six = new TokenBatch([3, 3, 3, 3, 3, 3], 1, 6);
        Contains("6 tokens are more than the 5 positions", () => model.Encode(six));
        Contains("6 tokens are more than the 5 positions", () => Greedy.Decode(model, three, start: 1, end: -1, 9));

        static void Contains(string part, Action wrong) =>
            Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(wrong).Message, StringComparison.Ordinal);
    }
}
