using System.Buffers;

namespace TransformersFromScratch;

public static partial class Op
{
    // Queries are taken in blocks of so many rows, so that a causal mask saves the products with keys that all of them must not see.
    private const int QueriesPerBlock = 32;

    /// <summary>
    /// <c>softmax(Q Kᵀ / √d_k) V</c> (Vaswani et al. 2017, equation 1), for every sentence and every head.
    /// </summary>
    /// <remarks>
    /// <para>Head i reads columns i·d_k to (i+1)·d_k of Q, K and V and writes the same columns of the result, in place: a view with
    /// the stride of a whole row. The B·h attentions are independent of each other and run in parallel.</para>
    /// <para>Backward, with P the weights and S the scores before the softmax:</para>
    /// <code>
    /// O = P V                  dV = Pᵀ dO      dP = dO Vᵀ
    /// P = softmax(S)           dS = P ⊙ (dP - rowsum(P ⊙ dP))        (see Softmax)
    /// S = Q Kᵀ / √d_k          dQ = dS K / √d_k        dK = dSᵀ Q / √d_k
    /// </code>
    /// <para>Grouped queries (Ainslie et al. 2023): with g heads of keys and values, head i reads the columns of head
    /// ⌊i·g/h⌋ of K and V. What is read h/g times gets h/g gradients: dK and dV are the sums over the heads of a group,
    /// added one after another.</para>
    /// <para>Linear biases (Press et al. 2022): <c>S_ts = q_t·k_s / √d_k - m |t - s|</c> with the slope m of the head.
    /// What is added is constant, so no gradient changes. The code has it inside the division:
    /// <c>(q_t·k_s - m √d_k |t - s|) / √d_k</c>.</para>
    /// <para>A learned bias (Raffel et al. 2019, section 2.1): <c>S_ts = q_t·k_s / √d_k + b_ts</c>, the same in every
    /// sentence. So <c>db = dS</c>, summed over the sentences; one thread takes all those of a head, in order.</para>
    /// <para>A masked weight is 0, and with it every product it appears in: blocks of keys that no query of a block may see are
    /// left out of all of these. Within a block the zeros are multiplied, which is the same, except that 0 · NaN is NaN: a head with a
    /// number that is none goes the careful way, where a query meets the keys that it sees and no others. So what is broken shows
    /// in the rows that see it, and in no other.</para>
    /// </remarks>
    /// <param name="queries">Q, [B, T, h·d_k].</param>
    /// <param name="keys">K, [B, S, h·d_k].</param>
    /// <param name="values">V, [B, S, h·d_v].</param>
    /// <param name="heads">h.</param>
    /// <param name="causal">
    /// Whether a query sees no later key. The last query stands at the last key: with S &gt; T, query t sees keys up to t + S - T.
    /// </param>
    /// <param name="keyIsPadding">B·S flags, sentence by sentence, of keys that nobody may see; or null.</param>
    /// <param name="keyValueHeads">g, which divides h: K is then [B, S, g·d_k] and V [B, S, g·d_v]; null for h.</param>
    /// <param name="window">
    /// How many keys a query sees at most, its own place and those before it; null for all. The last query stands at
    /// the last key.
    /// </param>
    /// <param name="slopes">h slopes of linear biases (<see cref="Alibi"/>), or null.</param>
    /// <param name="bias">[h, T, S], added to the scores of every sentence, with a gradient; or null.</param>
    /// <param name="scaled">Whether the products are divided by √d_k, as in the paper; not in T5.</param>
    /// <returns>
    /// The output [B, T, h·d_v], and the weights [B, h, T, S], through which no gradient flows. A query that sees no key has zeros in both.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Output, Tensor Weights) Attention(
        Tensor queries, Tensor keys, Tensor values, int heads, bool causal = false, bool[]? keyIsPadding = null,
        int? keyValueHeads = null, int? window = null, float[]? slopes = null, Tensor? bias = null, bool scaled = true)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Attention(
            queries, keys, values, heads, causal, keyIsPadding, keyValueHeads, window, slopes, bias, scaled,
            keys.Shape[1]);
    }

    /// <summary>
    /// The same to the first <paramref name="filled"/> keys of every sentence: what follows them is the room that a
    /// cache keeps for further ones, and S counts it not. (No gradient goes through a cache.)
    /// </summary>
    internal static (Tensor Output, Tensor Weights) Attention(
        Tensor queries, Tensor keys, Tensor values, int heads, bool causal, bool[]? keyIsPadding,
        int? keyValueHeads, int? window, float[]? slopes, Tensor? bias, bool scaled, int filled)
    {
        int groups = keyValueHeads ?? heads;
        RequireAttention(queries, keys, values, heads, groups, causal, keyIsPadding, window, slopes, filled);
        RequireBias(bias, heads, queries.Shape[1], filled);
        var shape = new AttentionShape(
            queries.Shape[0], queries.Shape[1], filled, heads, groups, queries.Shape[2] / heads,
            values.Shape[2] / groups, causal, keyIsPadding, window, slopes, bias, scaled);
        Tensor output = Tensor.Unwritten(shape.Sentences, shape.Queries, shape.OutputRow);
        Tensor weights = Tensor.Unwritten(shape.Sentences, heads, shape.Queries, shape.Keys);
        SharedLoop.For(shape.Sentences * heads, 1, shape.Threads, (head, _) => Forward(shape, head, queries, keys, values, output, weights));
        Tensor[] inputs = [queries, keys, values];
        output.Record("attention", bias is null ? inputs : [.. inputs, bias], output =>
        {
            bool[] add = new bool[3];
            for (int i = 0; i < 3; i++)
            {
                // Parts of a gradient are added at different times, so one that serves twice has to start from zero.
                bool shared = Array.FindAll(inputs, other => other == inputs[i]).Length > 1;
                Span<float> gradient = inputs[i].NeedsGradient ? inputs[i].GradientToWrite(out add[i]) : [];
                if (shared && !add[i])
                {
                    gradient.Clear();
                    add[i] = true;
                }
            }

            BeginBias(bias);

            // The heads of a group write into the same gradients of keys and values, so one thread takes all of them,
            // in order; and all sentences, if there is a bias, for they write into the same gradient of it.
            bool[] addMore = [add[0], true, true];
            int together = bias is { NeedsGradient: true } ? shape.Sentences : 1, turns = shape.Sentences / together;
            SharedLoop.For(turns * groups, 1, shape.Threads, (turn, _) =>
            {
                for (int i = 0; i < together * shape.Group; i++)
                {
                    int group = turn + (i / shape.Group * groups), member = i % shape.Group;
                    int head = (group * shape.Group) + member;
                    Backward(shape, head, inputs, member == 0 ? add : addMore, output, weights);
                }
            });
        });
        return (output, weights);
    }

    private static unsafe void Forward(AttentionShape s, int head, Tensor queries, Tensor keys, Tensor values, Tensor output, Tensor weights)
    {
        float scale = s.Scale;
        var (sentence, h) = Math.DivRem(head, s.Heads);
        fixed (float* q = s.Head(queries, sentence, h), k = s.SharedHead(keys, sentence, h),
            v = s.SharedHead(values, sentence, h), o = s.Head(output, sentence, h), p = weights.Span[(head * s.Queries * s.Keys)..])
        {
            for (int first = 0; first < s.Queries; first += s.Block)
            {
                int rows = Math.Min(s.Block, s.Queries - first);
                int seen = s.Seen(sentence, first + rows - 1), from = s.From(first, seen);
                float* block = p + (first * s.Keys);
                MatrixProduct.Multiply(
                    rows, seen - from, s.KeyWidth, q + (first * s.QueryRow), s.QueryRow, 1,
                    k + (from * s.KeyRow), 1, s.KeyRow, block + from, s.Keys, 1, accumulate: false);
                for (int row = 0; row < rows; row++)
                {
                    Span<float> own = new(block + (row * s.Keys), s.Keys), scores = own[from..seen];
                    s.Lower(h, first + row, from, scores, scale);
                    s.AddBias(h, first + row, from, scores, scale);
                    s.Hide(sentence, first + row, from, scores, float.NegativeInfinity);
                    if (!SoftmaxRow(scores, scale))
                    {
                        s.Hide(sentence, first + row, from, scores, 0); // A NaN among the scores has made all of them NaN.
                    }

                    own[..from].Clear();
                    own[seen..].Clear();
                }

                MatrixProduct.Multiply(
                    rows, s.ValueWidth, seen - from, block + from, s.Keys, 1, v + (from * s.ValueRow), s.ValueRow, 1,
                    o + (first * s.OutputRow), s.OutputRow, 1, accumulate: false);
                if (s.IsMasked && !AreFinite(o + (first * s.OutputRow), rows, s.OutputRow, s.ValueWidth))
                {
                    MixSeen(s, sentence, first, rows, p, v, o);
                }
            }
        }
    }

    private static unsafe void Backward(AttentionShape s, int head, Tensor[] inputs, bool[] add, Tensor output, Tensor weights)
    {
        float scale = s.Scale;
        var (sentence, h) = Math.DivRem(head, s.Heads);
        float[] scratch = ArrayPool<float>.Shared.Rent(s.Block * s.Keys);
        fixed (float* q = s.Head(inputs[0], sentence, h), dq = s.Head(inputs[0], sentence, h, gradient: true),
            k = s.SharedHead(inputs[1], sentence, h), dk = s.SharedHead(inputs[1], sentence, h, gradient: true),
            v = s.SharedHead(inputs[2], sentence, h), dv = s.SharedHead(inputs[2], sentence, h, gradient: true),
            dO = s.Head(output, sentence, h, gradient: true), p = weights.Span[(head * s.Queries * s.Keys)..], ds = scratch)
        {
            if (s.IsMasked && !(
                AreFinite(q, s.Queries, s.QueryRow, s.KeyWidth) && AreFinite(k, s.Keys, s.KeyRow, s.KeyWidth) &&
                AreFinite(v, s.Keys, s.ValueRow, s.ValueWidth) && AreFinite(dO, s.Queries, s.OutputRow, s.ValueWidth)))
            {
                BackwardSeen(s, sentence, h, scale, q, k, v, p, dO, dq, dk, dv, ds, add);
                ArrayPool<float>.Shared.Return(scratch);
                return;
            }

            // From the last block, which sees the most keys, to the first: its write to dK and dV covers all that is
            // seen, unless a window leaves out the first keys.
            int last = (s.Queries - 1) / s.Block * s.Block;
            Unseen(s, sentence, last, dk, s.KeyRow, s.KeyWidth, add[1]);
            Unseen(s, sentence, last, dv, s.ValueRow, s.ValueWidth, add[2]);
            for (int first = last; first >= 0; first -= s.Block)
            {
                int rows = Math.Min(s.Block, s.Queries - first);
                int seen = s.Seen(sentence, first + rows - 1), from = s.From(first, seen);
                float* block = p + (first * s.Keys) + from, dOut = dO + (first * s.OutputRow);
                if (dv is not null)
                {
                    MatrixProduct.Multiply(
                        seen - from, s.ValueWidth, rows, block, 1, s.Keys, dOut, s.OutputRow, 1,
                        dv + (from * s.ValueRow), s.ValueRow, 1, add[2] || first < last);
                }

                MatrixProduct.Multiply(
                    rows, seen - from, s.ValueWidth, dOut, s.OutputRow, 1, v + (from * s.ValueRow), 1, s.ValueRow,
                    ds, s.Keys, 1, accumulate: false);
                for (int row = 0; row < rows; row++)
                {
                    Span<float> dScores = new(ds + (row * s.Keys), seen - from);
                    Span<float> own = new(block + (row * s.Keys), seen - from);
                    float mean = VectorMath.Dot(own, dScores);
                    SoftmaxBackwardRow(own, dScores, mean, scale, dScores, add: false);
                    if (!float.IsFinite(mean))
                    {
                        s.Hide(sentence, first + row, from, dScores, 0); // An overflow, for all that went in was finite.
                    }

                    s.AddToBias(h, first + row, from, dScores, scale);
                }

                if (dq is not null)
                {
                    MatrixProduct.Multiply(
                        rows, s.KeyWidth, seen - from, ds, s.Keys, 1, k + (from * s.KeyRow), s.KeyRow, 1,
                        dq + (first * s.QueryRow), s.QueryRow, 1, add[0]);
                }

                if (dk is not null)
                {
                    MatrixProduct.Multiply(
                        seen - from, s.KeyWidth, rows, ds, 1, s.Keys, q + (first * s.QueryRow), s.QueryRow, 1,
                        dk + (from * s.KeyRow), s.KeyRow, 1, add[1] || first < last);
                }
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>
    /// Keys that the last block of queries does not see have no gradient, or none yet: unless it is added to, 0 has to
    /// be written.
    /// </summary>
    private static unsafe void Unseen(
        AttentionShape s, int sentence, int last, float* gradient, int row, int width, bool add)
    {
        int seen = s.Seen(sentence, s.Queries - 1), from = s.From(last, seen);
        for (int key = 0; key < s.Keys && gradient is not null && !add; key++)
        {
            if (key < from || key >= seen)
            {
                new Span<float>(gradient + (key * row), width).Clear();
            }
        }
    }

    private static void RequireAttention(
        Tensor queries, Tensor keys, Tensor values, int heads, int keyValueHeads, bool causal, bool[]? keyIsPadding,
        int? window, float[]? slopes, int filled)
    {
        string shapes = $"Q is {queries.ShapeText}, K {keys.ShapeText} and V {values.ShapeText}";
        if (queries.Shape.Length != 3 || keys.Shape.Length != 3 || values.Shape.Length != 3
            || queries.Shape[0] != keys.Shape[0] || !keys.Shape[..2].SequenceEqual(values.Shape[..2])
            || (heads == keyValueHeads && queries.Shape[2] != keys.Shape[2]))
        {
            throw new ArgumentException(
                $"Attention needs Q [B, T, h·d_k], K [B, S, h·d_k] and V [B, S, h·d_v], but {shapes}.", nameof(keys));
        }

        if (heads < 1 || keyValueHeads < 1 || queries.Shape[2] % heads != 0 || values.Shape[2] % keyValueHeads != 0)
        {
            throw new ArgumentException($"{heads} heads cannot share the columns evenly: {shapes}.", nameof(heads));
        }

        if (heads % keyValueHeads != 0 || keys.Shape[2] != queries.Shape[2] / heads * keyValueHeads)
        {
            throw new ArgumentException(
                $"With {heads} heads of queries and {keyValueHeads} of keys and values, the second number has to divide " +
                $"the first, and the keys need {keyValueHeads}·{queries.Shape[2] / heads} columns: {shapes}.", nameof(keyValueHeads));
        }

        if (window < 1 || (slopes is not null && slopes.Length != heads))
        {
            throw new ArgumentException(
                $"A window holds at least 1 key, and there is one slope a head: not {window} and {slopes?.Length} for {heads} heads.");
        }

        if (causal && queries.Shape[1] > filled)
        {
            throw new ArgumentException(
                "Under a causal mask the last query stands at the last key, so there cannot be more queries than keys: " +
                $"{shapes}.", nameof(causal));
        }

        if (keyIsPadding is not null && keyIsPadding.Length != keys.Shape[0] * filled)
        {
            throw new ArgumentException(
                $"The padding needs one flag a key, {keys.Shape[0]}·{filled}, not {keyIsPadding.Length}.", nameof(keyIsPadding));
        }
    }
}
