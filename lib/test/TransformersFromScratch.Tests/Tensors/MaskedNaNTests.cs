using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Tensors;

/// <summary>
/// 0 · NaN is NaN: a number that is none, in a key or value that a query cannot see, must not reach the query's row,
/// forward or backward. Where it can be seen it must show.
/// </summary>
public class MaskedNaNTests
{
    private const int Sentences = 2, Heads = 2, Width = 20;

    public static readonly TheoryData<int, int, bool, string> Cases = Make();

    private static TheoryData<int, int, bool, string> Make()
    {
        var cases = new TheoryData<int, int, bool, string>();
        foreach (var (queries, keys) in new[] { (5, 5), (1, 7), (3, 6), (40, 40), (70, 90) })
        {
            foreach (string padding in new[] { "none", "before", "after", "within" })
            {
                cases.Add(queries, keys, true, padding);
                if (padding != "none") { cases.Add(queries, keys, false, padding); }
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_hidden_number_changes_nothing_for_those_it_is_hidden_from(
        int queries, int keys, bool causal, string padding)
    {
        bool[]? hidden = padding == "none"
            ? null
            : [.. Enumerable.Range(0, Sentences * keys).Select(i => (i % keys) switch
        {
            var key when padding == "before" => key < 2,
            var key when padding == "after" => key >= keys - 2,
            var key => key == keys / 2,
        })];
        bool Sees(int sentence, int query, int key) =>
            !(causal && key > query + keys - queries) && !(hidden is not null && hidden[(sentence * keys) + key]);

        var random = new Random(1);
        float[] Numbers(int rows) =>
            [.. Enumerable.Range(0, Sentences * rows * Width).Select(_ => (2 * random.NextSingle()) - 1)];
        float[] q = Numbers(queries), k = Numbers(keys), v = Numbers(keys), wanted = Numbers(queries);
        foreach (float poison in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (int broken in new[] { 0, keys / 2, keys - 1 })
            {
                foreach (bool inValue in new[] { false, true })
                {
                    // Only the rows that cannot see the broken key have a part in the loss: the others' gradients may
                    // be anything.
                    float[] weights =
                        [.. wanted.Select(
                            (number, i) => Sees(i / (queries * Width), i / Width % queries, broken) ? 0 : number)];
                    var clean = Run(q, k, v, weights, broken, null, inValue);
                    var dirty = Run(q, k, v, weights, broken, poison, inValue);
                    for (int row = 0; row < Sentences * queries; row++)
                    {
                        bool sees = Sees(row / queries, row % queries, broken);
                        float[] want = clean.Output[(row * Width)..((row + 1) * Width)],
                            got = dirty.Output[(row * Width)..((row + 1) * Width)];
                        if (!sees)
                        {
                            Near(want, got);
                            Near(
                                clean.Queries[(row * Width)..((row + 1) * Width)],
                                dirty.Queries[(row * Width)..((row + 1) * Width)]);
                        }
                        else if (inValue || float.IsNaN(poison))
                        {
                            Assert.Contains(got, number => !float.IsFinite(number)); // It is seen, and it shows.
                        }

                        for (int key = 0; key < keys; key++)
                        {
                            for (int head = 0; head < Heads; head++)
                            {
                                float weight =
                                    dirty.Weights[(((((row / queries * Heads) + head) * queries) + (row % queries))
                                        * keys) + key];
                                if (!Sees(row / queries, row % queries, key)) { Assert.Equal(0, weight); }
                            }
                        }
                    }
                }
            }
        }

        (float[] Output, float[] Weights, float[] Queries) Run(
            float[] q, float[] k, float[] v, float[] weights, int broken, float? poison, bool inValue)
        {
            float[] damaged = [.. inValue ? v : k];
            for (int sentence = 0; sentence < Sentences && poison is not null; sentence++)
            {
                // In both heads.
                damaged.AsSpan((((sentence * keys) + broken) * Width) + 3, Width - 3).Fill(poison.Value);
            }

            Tensor tq = Of(q, queries), tk = Of(inValue ? k : damaged, keys), tv = Of(inValue ? damaged : v, keys);
            var (output, map) = Op.Attention(tq, tk, tv, Heads, causal, hidden);

            Weighted(output, weights).Backward();
            return (output.Data, map.Data, tq.Gradient!.Data);
        }

        static Tensor Of(float[] numbers, int rows) =>
            new([.. numbers], Sentences, rows, Width) { RequiresGradient = true };
    }

    /// <summary>
    /// The same for the gradients of keys and values: what only unseen or unweighted rows touch stays as it is.
    /// </summary>
    [Theory]
    [InlineData(6)]
    [InlineData(40)]
    public void Gradients_of_what_the_sound_rows_see_are_those_without_the_damage(int length)
    {
        // Under the causal mask the last key is seen by the last query only, which the loss does not count.
        int last = length - 1;
        float[][] Gradients(float? poison, int what)
        {
            var random = new Random(2);
            Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(_ => new Tensor(
                [.. Enumerable.Range(0, length * Width).Select(_ => random.NextSingle() - 0.5f)], 1, length,
                Width) { RequiresGradient = true })];
            if (poison is { } number) { inputs[what].Span[(last * Width)..].Fill(number); }
            float[] weights =
                [.. Enumerable.Range(0, length * Width).Select(i => i / Width == last ? 0 : random.NextSingle())];
            Weighted(Op.Attention(inputs[0], inputs[1], inputs[2], Heads, causal: true).Output, weights).Backward();
            return [.. inputs.Select(input => input.Gradient!.Data[..(last * Width)])];
        }

        float[][] sound = Gradients(null, 0);
        foreach (float poison in new[] { float.NaN, float.PositiveInfinity })
        {
            for (int what = 1; what < 3; what++)
            {
                Assert.All(sound.Zip(Gradients(poison, what)), pair => Near(pair.First, pair.Second));
            }
        }
    }

    /// <summary>
    /// Σ w ⊙ x whose gradient is w, whatever x is: rows that do not count have a gradient of 0 and not of 0 · NaN.
    /// </summary>
    private static Tensor Weighted(Tensor x, float[] weights)
    {
        Tensor sum = new([0f]);
        return sum.Record("weighted", [x], _ => weights.CopyTo(x.GradientToWrite(out bool _)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_a_softmax_masks_has_no_part_in_its_gradient(float poison)
    {
        Tensor x = new([1, float.NegativeInfinity, 2, 0.5f, 1, 2, 3, 4], 2, 4) { RequiresGradient = true };
        Tensor y = Op.Softmax(x), sum = new([0f]);
        sum.Record(
            "damage", [y], _ => new float[] { 1, poison, 3, 4, 1, 1, 1, 1 }.CopyTo(y.GradientToWrite(out bool _)));
        sum.Backward();
        float[] got = x.Gradient!.Data, weights = y.Data;
        float mean = weights[0] + (3 * weights[2]) + (4 * weights[3]);
        Near([weights[0] * (1 - mean), 0, weights[2] * (3 - mean), weights[3] * (4 - mean)], got[..4]);
        Assert.Equal(0, Op.Softmax(new Tensor([float.NegativeInfinity, float.NaN, 1], 1, 3)).Data[0]);
    }

    [Fact]
    public void Rows_without_a_target_may_hold_anything()
    {
        float[] numbers = [1, 2, 3, float.NaN, float.PositiveInfinity, 1, 0, 1, 0];
        Tensor logits = new(numbers, 3, 3) { RequiresGradient = true },
            sound = new([1, 2, 3, 0, 0, 0, 0, 1, 0], 3, 3) { RequiresGradient = true };
        Tensor loss = Op.CrossEntropy(logits, [0, 9, 1], 0.1f, ignore: 9),
            want = Op.CrossEntropy(sound, [0, 9, 1], 0.1f, ignore: 9);
        loss.Backward();
        want.Backward();
        Assert.Equal(want.Scalar, loss.Scalar);
        Assert.Equal(sound.Gradient!.Data, logits.Gradient!.Data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_matrices_keys_that_nobody_sees_may_hold_anything(bool inValue)
    {
        var random = new Random(3);
        Matrix<float> q = Random(4, 6), k = Random(5, 6), v = Random(5, 3);
        Mask mask = Mask.Padding(4, [false, true, false, false, true]);
        AttentionResult want = Attention.ScaledDotProduct(q, k, v, mask);
        foreach (int hidden in new[] { 1, 4 })
        {
            (inValue ? v : k).ClearRow(hidden);
            (inValue ? v : k)[hidden, 1] = float.NaN;
        }

        AttentionResult got = Attention.ScaledDotProduct(q, k, v, mask);
        Assert.Equal(want.Output.ToRowMajorArray(), got.Output.ToRowMajorArray());
        Assert.Equal(want.Weights.ToRowMajorArray(), got.Weights.ToRowMajorArray());
        Assert.Contains(
            "NaN", Assert.Throws<ArgumentException>(() => Attention.ScaledDotProduct(q, k, v)).Message,
            StringComparison.Ordinal);

        // A query that sees no key at all.
        AttentionResult blind = Attention.ScaledDotProduct(
            q, k, v, Mask.Where(4, 5, (query, key) => query == 2 || key is 1 or 4));
        Assert.All([.. blind.Output.Row(2), .. blind.Weights.Row(2)], number => Assert.Equal(0, number));

        Matrix<float> Random(int rows, int columns) =>
            Matrix<float>.Build.Dense(rows, columns, (_, _) => random.NextSingle());
    }

    /// <summary>
    /// Padding whose embedding is damaged: encoder, decoder, cache and GPT give the sound tokens the numbers they have
    /// without.
    /// </summary>
    [Fact]
    public void Damaged_padding_does_not_reach_the_sentence()
    {
        Transformer model = Decoding.SmallModel.Build();
        IReadOnlyList<int>[] sources = [[3, 4, 5, 6, 7], [8, 3]], targets = [[1, 4, 5, 6], [1, 9]];
        TokenBatch source = Decoding.SmallModel.Batch(sources), target = Decoding.SmallModel.Batch(targets);
        float[] want = Logits();
        model.Embedding.Weight.Span[..model.Config.DModel].Fill(float.NaN);
        float[] got = Logits();
        for (int i = 0; i < want.Length; i++)
        {
            // Its logit is broken by its embedding, of course.
            bool padding = target.Ids[i / 11] == 0, itsOwn = i % 11 == 0;
            if (!padding && !itsOwn) { Assert.Equal(want[i], got[i], 1e-5f); }
        }

        float[] Logits()
        {
            using var quiet = Tape.NoGradient();
            return model.Forward(source, target).Data;
        }
    }

    private static void Near(ReadOnlySpan<float> want, ReadOnlySpan<float> got)
    {
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs(want[i] - got[i]) < 1e-5f, $"At {i}: {got[i]} instead of {want[i]}.");
        }
    }
}
