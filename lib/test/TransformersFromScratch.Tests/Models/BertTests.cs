using static TransformersFromScratch.Tests.Models.SmallModels;

namespace TransformersFromScratch.Tests.Models;

public class BertTests
{
    private static readonly int[][] s_texts = [[5, 9, 3, 7, 4, 8], [6, 2], [7], [3, 3, 9, 2]];

    private static Bert Model(BertConfig? config = null) =>
        Lively(new Bert(config ?? SmallBert, seed: 3), model => model.Parameters());

    [Theory]
    [InlineData(NormPlacement.Post, 0)]
    [InlineData(NormPlacement.Pre, 0)]
    [InlineData(NormPlacement.Pre, 8)]
    public void A_text_has_the_same_vectors_alone_and_with_padding_on_either_side(NormPlacement norm, int buckets)
    {
        Bert model = Model(SmallBert with { Norm = norm, Buckets = buckets });
        foreach (bool left in new[] { false, true })
        {
            var batch = TokenBatch.Of(s_texts, 0, left);
            Tensor together = model.Encode(batch);
            for (int b = 0; b < s_texts.Length; b++)
            {
                int length = s_texts[b].Length, first = (b * batch.Length) + (left ? batch.Length - length : 0);
                var own = TokenBatch.Of([s_texts[b]], 0);
                Tensor alone = model.Encode(own);
                Close(alone.Data, Rows(together, first, length));
                foreach (Pooling pooling in Enum.GetValues<Pooling>())
                {
                    Close(model.Pool(alone, own, pooling).Data, Rows(model.Pool(together, batch, pooling), b, 1));
                }
            }
        }
    }

    [Fact]
    public void Pooling_is_the_first_row_or_the_mean_of_all_that_are_no_padding()
    {
        Bert model = Model();
        var batch = TokenBatch.Of(s_texts, 0);
        Tensor hidden = model.Encode(batch), first = model.Pool(hidden, batch, Pooling.First);
        Tensor mean = model.Pool(hidden, batch, Pooling.Mean);
        for (int b = 0; b < s_texts.Length; b++)
        {
            Assert.Equal(Rows(hidden, b * batch.Length, 1), Rows(first, b, 1));
            float[][] rows = [.. s_texts[b].Select((_, t) => Rows(hidden, (b * batch.Length) + t, 1))];
            Close([.. Enumerable.Range(0, 16).Select(i => rows.Average(row => row[i]))], Rows(mean, b, 1), 1e-5f);
        }

        Assert.Equal(new float[3], Op.MeanOfRows(new Tensor([1, 2, 3], 1, 1, 3), [true]).Data);
    }

    [Fact]
    public void Masked_logits_at_some_places_are_those_rows_of_all()
    {
        Bert model = Model();
        Tensor hidden = model.Encode(TokenBatch.Of(s_texts, 0));
        Tensor all = model.MaskedLogits(hidden, [.. Enumerable.Range(0, 24)]);
        Tensor some = model.MaskedLogits(hidden, [23, 4, 4, 0]);
        Assert.Equal([4, 12], some.Shape.ToArray());
        foreach (var (place, row) in new[] { (23, 0), (4, 1), (4, 2), (0, 3) })
        {
            Close(Rows(all, place, 1), Rows(some, row, 1), 1e-5f);
        }

        string message = Assert.Throws<ArgumentException>(() => model.MaskedLogits(hidden, [24])).Message;
        Assert.Contains("0 to 23, not [24]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.MaskedLogits(hidden, []));
    }

    /// <summary>
    /// Attention goes both ways: a later token changes what stands before it, and so does the kind of a token.
    /// </summary>
    [Fact]
    public void Every_token_and_its_kind_reach_every_place()
    {
        Bert model = Model();
        int[] text = s_texts[0];
        float[] before = model.Encode(new TokenBatch(text, 1, 6)).Data;
        float[] after = model.Encode(new TokenBatch([.. text[..5], 9], 1, 6)).Data;
        float[] kind = model.Encode(new TokenBatch(text, 1, 6), [0, 0, 0, 0, 0, 1]).Data;
        Assert.Equal(before, model.Encode(new TokenBatch(text, 1, 6), new int[6]).Data);
        for (int t = 0; t < 6; t++)
        {
            Assert.False(before.AsSpan(t * 16, 16).SequenceEqual(after.AsSpan(t * 16, 16)));
            Assert.False(before.AsSpan(t * 16, 16).SequenceEqual(kind.AsSpan(t * 16, 16)));
        }
    }

    [Fact]
    public void Without_positions_it_sees_a_set()
    {
        Bert model = Model();
        int[] text = s_texts[0], order = [3, 5, 0, 2, 1, 4];
        Assert.False(IsPermuted());
        model.Positions!.Weight.Data.AsSpan().Fill(0.3f);
        Assert.True(IsPermuted());

        bool IsPermuted()
        {
            int[] shuffled = [.. order.Select(i => text[i])];
            return Follows(
                model.Encode(new TokenBatch(text, 1, 6)), model.Encode(new TokenBatch(shuffled, 1, 6)), order);
        }
    }

    [Fact]
    public void With_distances_the_order_counts_and_the_place_does_not()
    {
        Bert model = Model(SmallBert with { Buckets = 8 });
        Assert.Null(model.Positions);
        int[] text = s_texts[0];
        float[] forwards = model.Encode(new TokenBatch(text, 1, 6)).Data;
        float[] backwards = model.Encode(new TokenBatch([.. text.Reverse()], 1, 6)).Data;
        Assert.False(Enumerable.Range(0, 6).All(t => Near(forwards, t, backwards, 5 - t)));
        model.Distances!.Table.Data.AsSpan().Fill(0.3f); // The same for all distances is as good as none.
        forwards = model.Encode(new TokenBatch(text, 1, 6)).Data;
        backwards = model.Encode(new TokenBatch([.. text.Reverse()], 1, 6)).Data;
        Assert.True(Enumerable.Range(0, 6).All(t => Near(forwards, t, backwards, 5 - t)));
        foreach (int buckets in new[] { 2, 5, 40 })
        {
            Assert.Contains("Buckets", Assert.Throws<ArgumentException>(
                () => Model(SmallBert with { Buckets = buckets })).Message, StringComparison.Ordinal);
        }

        static bool Near(float[] one, int t, float[] other, int u) =>
            Enumerable.Range(0, 16).All(i => Math.Abs(one[(t * 16) + i] - other[(u * 16) + i]) < 1e-4f);
    }

    [Fact]
    public void The_formula_counts_what_is_built_and_the_published_model()
    {
        BertConfig small = SmallBert;
        BertConfig[] configs =
        [
            small, small with { Norm = NormPlacement.Pre }, small with { Layers = 1 }, small with { Buckets = 8 },
        ];
        foreach (BertConfig config in configs)
        {
            Bert model = Model(config);
            Assert.Equal(config.ParameterCount(), model.ParameterCount);
            Parameter[] parameters = [.. model.Parameters()];
            Assert.Equal(parameters.Length, parameters.DistinctBy(parameter => parameter.Name).Count());
        }

        // bert-base-uncased without its pooler and without the head for following sentences (published-shapes.json).
        Assert.Equal(109_514_298, new BertConfig
        {
            Vocabulary = 30_522, DModel = 768, Heads = 12, DFeedForward = 3072, Layers = 12, Positions = 512,
        }.ParameterCount());
    }

    [Fact]
    public void Gradients_of_the_three_heads_agree_with_differences()
    {
        Bert model = Model();
        var batch = TokenBatch.Of(s_texts, 0);
        CheckGradients(
            () => Op.CrossEntropy(model.MaskedLogits(model.Encode(batch), [1, 6, 19, 1]), [3, 4, 5, 6]),
            model.Parameters().Where(parameter => parameter.Name is "types.weight" or "positions.weight"
                || parameter.Name.StartsWith("masked", StringComparison.Ordinal)));
        Bert distant = Model(SmallBert with { Buckets = 8 });
        CheckGradients(
            () => Op.CrossEntropy(distant.MaskedLogits(distant.Encode(batch), [1, 6, 19, 1]), [3, 4, 5, 6]),
            distant.Parameters().Where(parameter => parameter.Name == "distances.table"));
        foreach (Pooling pooling in Enum.GetValues<Pooling>())
        {
            var classifier = Lively(new BertClassifier(Model(), 3, pooling, seed: 1), built => built.Parameters());
            CheckGradients(
                () => Op.CrossEntropy(classifier.Forward(batch), [0, 2, 1, 2]), Heads(classifier.Parameters()));
        }

        var reader = Lively(new BertReader(Model(), seed: 1), built => built.Parameters());
        CheckGradients(
            () =>
            {
                var (starts, ends) = reader.Forward(batch);
                return Op.CrossEntropy(starts, [2, 0, 0, 1]) + Op.CrossEntropy(ends, [3, 1, 0, 1]);
            },
            Heads(reader.Parameters()));

        static IEnumerable<Parameter> Heads(IEnumerable<Parameter> parameters) => parameters.Where(parameter =>
            parameter.Name is not ("start.bias" or "end.bias") // A softmax does not feel what is added to all.
            && (!parameter.Name.StartsWith("bert.", StringComparison.Ordinal)
            || parameter.Name is "bert.layers.1.feed_forward.inner.weight"));
    }

    [Fact]
    public void A_classifier_and_a_reader_train_all_but_the_masked_head()
    {
        var batch = TokenBatch.Of(s_texts, 0);
        var classifier = new BertClassifier(Model(), 3, Pooling.First, seed: 1);
        Op.CrossEntropy(classifier.Forward(batch, new Random(1)), [0, 2, 1, 2]).Backward();
        var reader = new BertReader(Model(), seed: 1);
        var (starts, ends) = reader.Forward(batch, training: new Random(1));
        (Op.CrossEntropy(starts, [2, 0, 0, 1]) + Op.CrossEntropy(ends, [3, 1, 0, 1])).Backward();
        foreach (Parameter[] parameters in new Parameter[][] { [.. classifier.Parameters()], [.. reader.Parameters()] })
        {
            Assert.Equal(parameters.Length, parameters.DistinctBy(parameter => parameter.Name).Count());
            Assert.DoesNotContain(parameters, parameter => parameter.Name.Contains("masked", StringComparison.Ordinal));
            Assert.All(parameters, parameter => Assert.True(parameter.Value.Gradient is not null, parameter.Name));
        }
    }

    [Fact]
    public void The_best_span_is_the_best_of_all_that_are_allowed()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            int length = random.Next(1, 9), longest = random.Next(1, 10), first = random.Next(length);
            float[] starts = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-5, 6))];
            float[] ends = [.. starts.Select(_ => (float)random.Next(-5, 6))];
            var all = from start in Enumerable.Range(first, length - first)
                      from end in Enumerable.Range(start, Math.Min(longest, length - start))
                      select (start, end, starts[start] + ends[end]);
            Assert.Equal(all.MaxBy(span => span.Item3), BertReader.Span(starts, ends, longest, first));
        }

        Assert.Throws<ArgumentException>(() => BertReader.Span([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => BertReader.Span([1, 2], [1, 2], first: 2));
    }

    [Fact]
    public void Padding_is_never_an_answer()
    {
        var reader = Lively(new BertReader(Model(), seed: 1), built => built.Parameters());
        var batch = TokenBatch.Of(s_texts, 0);
        var (starts, ends) = reader.Forward(batch);
        for (int b = 0; b < s_texts.Length; b++)
        {
            var (start, end, _) = BertReader.Span(Rows(starts, b, 1), Rows(ends, b, 1));
            Assert.InRange(end, start, s_texts[b].Length - 1);
        }

        float[] alone = reader.Forward(TokenBatch.Of([s_texts[1]], 0)).Starts.Data;
        Close(alone, Rows(starts, 1, 1)[..2]);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Bert model = Model();
        Contains("10 positions", () => model.Encode(new TokenBatch(new int[11], 1, 11)));
        Contains("5 types", () => model.Encode(new TokenBatch(new int[6], 1, 6), new int[5]));
        Contains("Layers is -1", () => new Bert(SmallBert with { Layers = -1 }, 1));
        Contains("TokenTypes is 0", () => new Bert(SmallBert with { TokenTypes = 0 }, 1));
        Contains("Norm is 9", () => new Bert(SmallBert with { Norm = (NormPlacement)9 }, 1));
        Contains("pooling is 7", () => new BertClassifier(model, 2, (Pooling)7, 1));
        Contains("classes", () => new BertClassifier(model, 1, Pooling.First, 1));

        static void Contains(string part, Action wrong) =>
            Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(wrong).Message, StringComparison.Ordinal);
    }
}
