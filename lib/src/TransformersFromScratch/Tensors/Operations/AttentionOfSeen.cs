namespace TransformersFromScratch;

// The careful way through an attention: for heads that hold a NaN or an infinity, which a product with a masked weight, 0 · NaN, would carry to
// queries that must not see it. Slow, and rarely gone.
public static partial class Op
{
    /// <summary>Whether a part of a matrix, whose rows begin so many floats apart, holds neither NaN nor infinity.</summary>
    private static unsafe bool AreFinite(float* x, int rows, int row, int width)
    {
        for (int i = 0; i < rows; i++)
        {
            if (!VectorMath.AreFinite(new ReadOnlySpan<float>(x + ((nint)i * row), width)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>O = P V for some queries, over the keys that each of them sees.</summary>
    private static unsafe void MixSeen(AttentionShape s, int sentence, int first, int rows, float* p, float* v, float* o)
    {
        for (int query = first; query < first + rows; query++)
        {
            Span<float> mixed = new(o + ((nint)query * s.OutputRow), s.ValueWidth);
            mixed.Clear();
            for (int key = 0; key < s.Keys; key++)
            {
                if (s.Sees(sentence, query, key))
                {
                    Elementwise.AddTo(mixed, new(v + ((nint)key * s.ValueRow), s.ValueWidth), p[((nint)query * s.Keys) + key]);
                }
            }
        }
    }

    /// <summary>Backward of one head, query by query, over the keys that each of them sees. A null gradient is not wanted.</summary>
    private static unsafe void BackwardSeen(
        AttentionShape s, int sentence, int h, float scale, float* q, float* k, float* v, float* p, float* dO,
        float* dq, float* dk, float* dv, float* ds, bool[] add)
    {
        Begin(dq, s.Queries, s.QueryRow, s.KeyWidth, add[0]);
        Begin(dk, s.Keys, s.KeyRow, s.KeyWidth, add[1]);
        Begin(dv, s.Keys, s.ValueRow, s.ValueWidth, add[2]);
        for (int query = 0; query < s.Queries; query++)
        {
            float* weights = p + ((nint)query * s.Keys);
            Span<float> dScores = new(ds, s.Keys), dOut = new(dO + ((nint)query * s.OutputRow), s.ValueWidth);
            if (!dOut.ContainsAnyExcept(0))
            {
                continue; // The loss does not depend on this row, whatever it holds: its gradients are 0, and not 0 · NaN.
            }

            for (int key = 0; key < s.Keys; key++)
            {
                bool sees = s.Sees(sentence, query, key);
                dScores[key] = sees ? VectorMath.Dot(dOut, new(v + ((nint)key * s.ValueRow), s.ValueWidth)) : 0;
                if (sees && dv is not null)
                {
                    Elementwise.AddTo(new(dv + ((nint)key * s.ValueRow), s.ValueWidth), dOut, weights[key]);
                }
            }

            ReadOnlySpan<float> own = new(weights, s.Keys);
            SoftmaxBackwardRow(own, dScores, VectorMath.Dot(own, dScores), scale, dScores, add: false);
            s.Hide(sentence, query, from: 0, dScores, 0);
            s.AddToBias(h, query, from: 0, dScores, scale);
            for (int key = 0; key < s.Keys; key++)
            {
                if (!s.Sees(sentence, query, key))
                {
                    continue;
                }

                if (dq is not null)
                {
                    Elementwise.AddTo(new(dq + ((nint)query * s.QueryRow), s.KeyWidth), new(k + ((nint)key * s.KeyRow), s.KeyWidth), dScores[key]);
                }

                if (dk is not null)
                {
                    Elementwise.AddTo(new(dk + ((nint)key * s.KeyRow), s.KeyWidth), new(q + ((nint)query * s.QueryRow), s.KeyWidth), dScores[key]);
                }
            }
        }

        static void Begin(float* gradient, int rows, int row, int width, bool add)
        {
            for (int i = 0; i < rows && gradient is not null && !add; i++)
            {
                new Span<float>(gradient + ((nint)i * row), width).Clear();
            }
        }
    }
}
