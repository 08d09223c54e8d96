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
    /// <returns>
    /// The output [B, T, h·d_v], and the weights [B, h, T, S], through which no gradient flows. A query that sees no key has zeros in both.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Output, Tensor Weights) Attention(
        Tensor queries, Tensor keys, Tensor values, int heads, bool causal = false, bool[]? keyIsPadding = null)
    {
        RequireAttention(queries, keys, values, heads, causal, keyIsPadding);
        var shape = new AttentionShape(
            queries.Shape[0], queries.Shape[1], keys.Shape[1], heads, queries.Shape[2] / heads, values.Shape[2] / heads, causal, keyIsPadding);
        Tensor output = Tensor.Unwritten(shape.Sentences, shape.Queries, values.Shape[2]);
        Tensor weights = Tensor.Unwritten(shape.Sentences, heads, shape.Queries, shape.Keys);
        SharedLoop.For(shape.Sentences * heads, 1, shape.Threads, (head, _) => Forward(shape, head, queries, keys, values, output, weights));
        output.Record("attention", [queries, keys, values], output =>
        {
            Tensor[] inputs = [queries, keys, values];
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

            SharedLoop.For(shape.Sentences * heads, 1, shape.Threads, (head, _) => Backward(shape, head, inputs, add, output, weights));
        });
        return (output, weights);
    }

    private static unsafe void Forward(AttentionShape s, int head, Tensor queries, Tensor keys, Tensor values, Tensor output, Tensor weights)
    {
        float scale = 1 / MathF.Sqrt(s.KeyWidth);
        var (sentence, h) = Math.DivRem(head, s.Heads);
        fixed (float* q = s.Head(queries, sentence, h), k = s.Head(keys, sentence, h), v = s.Head(values, sentence, h),
            o = s.Head(output, sentence, h), p = weights.Span[(head * s.Queries * s.Keys)..])
        {
            for (int first = 0; first < s.Queries; first += s.Block)
            {
                int rows = Math.Min(s.Block, s.Queries - first), seen = s.Seen(sentence, first + rows - 1);
                float* block = p + (first * s.Keys);
                MatrixProduct.Multiply(
                    rows, seen, s.KeyWidth, q + (first * s.KeyRow), s.KeyRow, 1, k, 1, s.KeyRow, block, s.Keys, 1, accumulate: false);
                for (int row = 0; row < rows; row++)
                {
                    Span<float> scores = new(block + (row * s.Keys), s.Keys);
                    s.Hide(sentence, first + row, scores[..seen], float.NegativeInfinity);
                    if (!SoftmaxRow(scores[..seen], scale))
                    {
                        s.Hide(sentence, first + row, scores[..seen], 0); // A NaN among the scores has made all of them NaN.
                    }

                    scores[seen..].Clear();
                }

                MatrixProduct.Multiply(
                    rows, s.ValueWidth, seen, block, s.Keys, 1, v, s.ValueRow, 1, o + (first * s.ValueRow), s.ValueRow, 1, accumulate: false);
                if (s.IsMasked && !AreFinite(o + (first * s.ValueRow), rows, s.ValueRow, s.ValueWidth))
                {
                    MixSeen(s, sentence, first, rows, p, v, o);
                }
            }
        }
    }

    private static unsafe void Backward(AttentionShape s, int head, Tensor[] inputs, bool[] add, Tensor output, Tensor weights)
    {
        float scale = 1 / MathF.Sqrt(s.KeyWidth);
        var (sentence, h) = Math.DivRem(head, s.Heads);
        float[] scratch = ArrayPool<float>.Shared.Rent(s.Block * s.Keys);
        fixed (float* q = s.Head(inputs[0], sentence, h), k = s.Head(inputs[1], sentence, h), v = s.Head(inputs[2], sentence, h),
            dq = s.HeadGradient(inputs[0], sentence, h), dk = s.HeadGradient(inputs[1], sentence, h), dv = s.HeadGradient(inputs[2], sentence, h),
            dO = s.HeadGradient(output, sentence, h), p = weights.Span[(head * s.Queries * s.Keys)..], ds = scratch)
        {
            if (s.IsMasked && !(AreFinite(q, s.Queries, s.KeyRow, s.KeyWidth) && AreFinite(k, s.Keys, s.KeyRow, s.KeyWidth)
                && AreFinite(v, s.Keys, s.ValueRow, s.ValueWidth) && AreFinite(dO, s.Queries, s.ValueRow, s.ValueWidth)))
            {
                BackwardSeen(s, sentence, scale, q, k, v, p, dO, dq, dk, dv, ds, add);
                ArrayPool<float>.Shared.Return(scratch);
                return;
            }

            // From the last block, which sees the most keys, to the first: so the first write to dK and dV covers all that is seen.
            int last = (s.Queries - 1) / s.Block * s.Block;
            Unseen(s, sentence, dk, s.KeyRow, s.KeyWidth, add[1]);
            Unseen(s, sentence, dv, s.ValueRow, s.ValueWidth, add[2]);
            for (int first = last; first >= 0; first -= s.Block)
            {
                int rows = Math.Min(s.Block, s.Queries - first), seen = s.Seen(sentence, first + rows - 1);
                float* block = p + (first * s.Keys), dOut = dO + (first * s.ValueRow);
                if (dv is not null)
                {
                    MatrixProduct.Multiply(
                        seen, s.ValueWidth, rows, block, 1, s.Keys, dOut, s.ValueRow, 1, dv, s.ValueRow, 1, add[2] || first < last);
                }

                MatrixProduct.Multiply(
                    rows, seen, s.ValueWidth, dOut, s.ValueRow, 1, v, 1, s.ValueRow, ds, s.Keys, 1, accumulate: false);
                for (int row = 0; row < rows; row++)
                {
                    Span<float> dScores = new(ds + (row * s.Keys), seen);
                    Span<float> own = new(block + (row * s.Keys), seen);
                    float mean = VectorMath.Dot(own, dScores);
                    SoftmaxBackwardRow(own, dScores, mean, scale, dScores, add: false);
                    if (!float.IsFinite(mean))
                    {
                        s.Hide(sentence, first + row, dScores, 0); // An overflow, for all that went in was finite.
                    }
                }

                if (dq is not null)
                {
                    MatrixProduct.Multiply(
                        rows, s.KeyWidth, seen, ds, s.Keys, 1, k, s.KeyRow, 1, dq + (first * s.KeyRow), s.KeyRow, 1, add[0]);
                }

                if (dk is not null)
                {
                    MatrixProduct.Multiply(
                        seen, s.KeyWidth, rows, ds, 1, s.Keys, q + (first * s.KeyRow), s.KeyRow, 1, dk, s.KeyRow, 1, add[1] || first < last);
                }
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>Keys at the end of a sentence that nobody sees have gradient 0; unless it is added to, it has to be written.</summary>
    private static unsafe void Unseen(AttentionShape s, int sentence, float* gradient, int row, int width, bool add)
    {
        for (int key = s.Seen(sentence, s.Queries - 1); key < s.Keys && gradient is not null && !add; key++)
        {
            new Span<float>(gradient + (key * row), width).Clear();
        }
    }

    private static void RequireAttention(Tensor queries, Tensor keys, Tensor values, int heads, bool causal, bool[]? keyIsPadding)
    {
        string shapes = $"Q is {queries.ShapeText}, K {keys.ShapeText} and V {values.ShapeText}";
        if (queries.Shape.Length != 3 || keys.Shape.Length != 3 || values.Shape.Length != 3
            || queries.Shape[0] != keys.Shape[0] || queries.Shape[2] != keys.Shape[2] || !keys.Shape[..2].SequenceEqual(values.Shape[..2]))
        {
            throw new ArgumentException(
                $"Attention needs Q [B, T, h·d_k], K [B, S, h·d_k] and V [B, S, h·d_v], but {shapes}.", nameof(keys));
        }

        if (heads < 1 || queries.Shape[2] % heads != 0 || values.Shape[2] % heads != 0)
        {
            throw new ArgumentException($"{heads} heads cannot share the columns evenly: {shapes}.", nameof(heads));
        }

        if (causal && queries.Shape[1] > keys.Shape[1])
        {
            throw new ArgumentException(
                $"Under a causal mask the last query stands at the last key, so there cannot be more queries than keys: {shapes}.", nameof(causal));
        }

        if (keyIsPadding is not null && keyIsPadding.Length != keys.Shape[0] * keys.Shape[1])
        {
            throw new ArgumentException(
                $"The padding needs one flag a key, {keys.Shape[0]}·{keys.Shape[1]}, not {keyIsPadding.Length}.", nameof(keyIsPadding));
        }
    }

    /// <summary>The sizes of an attention, where each head lies, and who sees what.</summary>
    private sealed record AttentionShape(
        int Sentences, int Queries, int Keys, int Heads, int KeyWidth, int ValueWidth, bool Causal, bool[]? KeyIsPadding)
    {
        public int KeyRow => Heads * KeyWidth;

        public int ValueRow => Heads * ValueWidth;

        public int Block => Causal ? Math.Min(Queries, QueriesPerBlock) : Queries;

        /// <summary>Whether anything may be hidden from anyone.</summary>
        public bool IsMasked => Causal || KeyIsPadding is not null;

        // Below a few hundred thousand multiplications another thread costs more than it gives.
        public int Threads => (long)Sentences * Queries * Keys * KeyRow < 1 << 17 ? 1 : MatrixProduct.Threads;

        /// <summary>How many keys, from the first, are enough for a query and those before it: later ones are hidden from all of them.</summary>
        public int Seen(int sentence, int query)
        {
            int seen = Causal ? query + 1 + Keys - Queries : Keys;
            while (KeyIsPadding is not null && seen > 0 && KeyIsPadding[(sentence * Keys) + seen - 1])
            {
                seen--;
            }

            return seen;
        }

        /// <summary>Whether a query may look at a key.</summary>
        public bool Sees(int sentence, int query, int key) =>
            !(Causal && key > query + Keys - Queries) && !(KeyIsPadding is not null && KeyIsPadding[(sentence * Keys) + key]);

        /// <summary>Puts a number where a query may not look: -infinity among scores, 0 among weights.</summary>
        public void Hide(int sentence, int query, Span<float> row, float number)
        {
            if (Causal && query + 1 + Keys - Queries < row.Length)
            {
                row[(query + 1 + Keys - Queries)..].Fill(number);
            }

            for (int key = 0; KeyIsPadding is not null && key < row.Length; key++)
            {
                if (KeyIsPadding[(sentence * Keys) + key])
                {
                    row[key] = number;
                }
            }
        }

        /// <summary>The numbers from where a head of a sentence begins.</summary>
        public Span<float> Head(Tensor x, int sentence, int head) =>
            x.Span[((sentence * x.Shape[1] * x.Shape[2]) + (head * x.Shape[2] / Heads))..];

        public Span<float> HeadGradient(Tensor x, int sentence, int head) => x.HasGradient
            ? x.GradientSpan[((sentence * x.Shape[1] * x.Shape[2]) + (head * x.Shape[2] / Heads))..]
            : [];
    }
}
