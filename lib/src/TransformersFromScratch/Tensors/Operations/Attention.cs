using System.Buffers;

namespace TransformersFromScratch;

public static partial class Op
{
    // Queries are taken in blocks of so many rows, so that a causal mask saves the products with keys that all of them
    // must not see.
    private const int QueriesPerBlock = 32;

    /// <summary>
    /// <c>softmax(Q Kᵀ / √d_k) V</c> (Vaswani et al. 2017, equation 1), for every sentence and every head.
    /// </summary>
    /// <remarks>
    /// <para>Head i reads columns i·d_k to (i+1)·d_k of Q, K and V and writes the same columns of the result, in place:
    /// a view with the stride of a whole row. The B·h attentions are independent of each other and run in
    /// parallel.</para>
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
    /// <para>A masked weight is 0, and with it every product it appears in: blocks of keys that no query of a block may
    /// see are left out of all of these. Within a block the zeros are multiplied, which is the same, except that 0 ·
    /// NaN is NaN: a head with a number that is none goes the careful way, where a query meets the keys that it sees
    /// and no others. So what is broken shows in the rows that see it, and in no other.</para>
    /// </remarks>
    /// <param name="queries">Q, [B, T, h·d_k].</param>
    /// <param name="keys">K, [B, S, h·d_k].</param>
    /// <param name="values">V, [B, S, h·d_v].</param>
    /// <param name="heads">h.</param>
    /// <param name="causal">
    /// Whether a query sees no later key. The last query stands at the last key: with S &gt; T, query t sees keys up to
    /// t + S - T.
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
    /// The output [B, T, h·d_v], and the weights [B, h, T, S], through which no gradient flows. A query that sees no
    /// key has zeros in both.
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
        Tensor[] inputs = [queries, keys, values];
        Tensor output = Tensor.Unwritten(shape.Sentences, shape.Queries, shape.OutputRow);
        Tensor weights = Tensor.Unwritten(shape.Sentences, heads, shape.Queries, shape.Keys);
        SharedLoop.For(shape.Sentences * heads, 1, shape.Threads, (head, _) =>
            Forward(shape, new(shape, head, inputs, output, weights)));
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
                    Backward(shape, new(shape, head, inputs, output, weights), member == 0 ? add : addMore);
                }
            });
        });
        return (output, weights);
    }

    private static void Forward(AttentionShape s, AttentionHead head)
    {
        View q = head.Q, k = head.K, v = head.V, o = head.O, p = head.P;
        for (int first = 0; first < s.Queries; first += s.Block)
        {
            int rows = Math.Min(s.Block, s.Queries - first);
            int seen = s.Seen(head.Sentence, first + rows - 1), from = s.From(first, seen), keys = seen - from;
            View scores = p.Block(first, rows, from, keys);
            MatrixProduct.MultiplyAlone(q.Take(first, rows), k.Take(from, keys).Transposed, scores);
            for (int row = 0; row < rows; row++)
            {
                s.WeighRow(head, first + row, from, scores[row]);
                p[first + row][..from].Clear();
                p[first + row][seen..].Clear();
            }

            MatrixProduct.MultiplyAlone(scores, v.Take(from, keys), o.Take(first, rows));
            if (s.IsMasked && !Rows.AreFinite(o.Take(first, rows)))
            {
                MixSeen(s, head, first, rows);
            }
        }
    }

    private static void Backward(AttentionShape s, AttentionHead head, bool[] add)
    {
        View q = head.Q, k = head.K, v = head.V, p = head.P, dO = head.DO, dQ = head.DQ, dK = head.DK, dV = head.DV;
        float[] scratch = ArrayPool<float>.Shared.Rent(s.Block * s.Keys);
        if (s.IsMasked && !(Rows.AreFinite(q) && Rows.AreFinite(k) && Rows.AreFinite(v) && Rows.AreFinite(dO)))
        {
            BackwardSeen(s, head, scratch.AsSpan(0, s.Keys), add);
            ArrayPool<float>.Shared.Return(scratch);
            return;
        }

        // From the last block, which sees the most keys, to the first: its write to dK and dV covers all that is
        // seen, unless a window leaves out the first keys.
        int last = (s.Queries - 1) / s.Block * s.Block;
        Unseen(s, head.Sentence, last, dK, add[1]);
        Unseen(s, head.Sentence, last, dV, add[2]);
        for (int first = last; first >= 0; first -= s.Block)
        {
            int rows = Math.Min(s.Block, s.Queries - first);
            int seen = s.Seen(head.Sentence, first + rows - 1), from = s.From(first, seen), keys = seen - from;
            View weights = p.Block(first, rows, from, keys), dOut = dO.Take(first, rows);
            View dScores = new View(scratch, s.Block, s.Keys, s.Keys).Block(0, rows, 0, keys);
            if (!dV.IsEmpty)
            {
                MatrixProduct.MultiplyAlone(weights.Transposed, dOut, dV.Take(from, keys), add[2] || first < last);
            }

            MatrixProduct.MultiplyAlone(dOut, v.Take(from, keys).Transposed, dScores);
            for (int row = 0; row < rows; row++)
            {
                s.WeighRowBackward(head, first + row, from, weights[row], dScores[row]);
            }

            if (!dQ.IsEmpty)
            {
                MatrixProduct.MultiplyAlone(dScores, k.Take(from, keys), dQ.Take(first, rows), add[0]);
            }

            if (!dK.IsEmpty)
            {
                MatrixProduct.MultiplyAlone(
                    dScores.Transposed, q.Take(first, rows), dK.Take(from, keys), add[1] || first < last);
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>
    /// Keys that the last block of queries does not see have no gradient, or none yet: unless it is added to, 0 has to
    /// be written.
    /// </summary>
    private static void Unseen(AttentionShape s, int sentence, int last, View gradient, bool add)
    {
        int seen = s.Seen(sentence, s.Queries - 1), from = s.From(last, seen);
        if (!gradient.IsEmpty && !add)
        {
            gradient.Take(0, from).Clear();
            gradient.Take(seen, s.Keys - seen).Clear();
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
                $"With {heads} heads of queries and {keyValueHeads} of keys and values, the second number " +
                "has to divide " +
                $"the first, and the keys need {keyValueHeads}·{queries.Shape[2] / heads} columns: {shapes}.",
                    nameof(keyValueHeads));
        }

        if (window < 1 || (slopes is not null && slopes.Length != heads))
        {
            throw new ArgumentException(
                $"A window holds at least 1 key, and there is one slope a head: not {window} and {slopes?.Length} " +
                $"for {heads} heads.");
        }

        if (causal && queries.Shape[1] > filled)
        {
            throw new ArgumentException(
                "Under a causal mask the last query stands at the last key, so there cannot be more queries " +
                "than keys: " +
                $"{shapes}.", nameof(causal));
        }

        if (keyIsPadding is not null && keyIsPadding.Length != keys.Shape[0] * filled)
        {
            throw new ArgumentException(
                $"The padding needs one flag a key, {keys.Shape[0]}·{filled}, not {keyIsPadding.Length}.",
                nameof(keyIsPadding));
        }
    }
}
