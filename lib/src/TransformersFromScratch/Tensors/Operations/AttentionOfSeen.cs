namespace TransformersFromScratch;

// The careful way through an attention: for heads that hold a NaN or an infinity, which a product with a masked weight,
// 0 · NaN, would carry to queries that must not see it. Slow, and rarely gone.
public static partial class Op
{
    /// <summary>O = P V for some queries, over the keys that each of them sees.</summary>
    private static void MixSeen(AttentionShape s, AttentionHead head, int first, int rows)
    {
        View p = head.P, v = head.V, o = head.O;
        for (int query = first; query < first + rows; query++)
        {
            o[query].Clear();
            for (int key = 0; key < s.Keys; key++)
            {
                if (s.Sees(head.Sentence, query, key))
                {
                    Rows.AddTo(o[query], v[key], p[query][key]);
                }
            }
        }
    }

    /// <summary>
    /// Backward of one head, query by query, over the keys that each of them sees. An empty gradient is not wanted.
    /// </summary>
    private static void BackwardSeen(AttentionShape s, AttentionHead head, Span<float> dScores, bool[] add)
    {
        View q = head.Q, k = head.K, v = head.V, p = head.P, dO = head.DO, dQ = head.DQ, dK = head.DK, dV = head.DV;
        Begin(dQ, add[0]);
        Begin(dK, add[1]);
        Begin(dV, add[2]);
        for (int query = 0; query < s.Queries; query++)
        {
            if (!dO[query].ContainsAnyExcept(0))
            {
                // The loss does not depend on this row, whatever it holds: its gradients are 0, and not 0 · NaN.
                continue;
            }

            for (int key = 0; key < s.Keys; key++)
            {
                bool sees = s.Sees(head.Sentence, query, key);
                dScores[key] = sees ? Rows.Dot(dO[query], v[key]) : 0;
                if (sees && !dV.IsEmpty)
                {
                    Rows.AddTo(dV[key], dO[query], p[query][key]);
                }
            }

            float mean = Rows.Dot(p[query], dScores);
            Rows.Map(new SoftmaxSlope(mean, s.Scale), p[query], dScores, dScores);
            s.Hide(head.Sentence, query, from: 0, dScores, 0);
            s.AddToBias(head.Number, query, from: 0, dScores, s.Scale);
            for (int key = 0; key < s.Keys; key++)
            {
                if (!s.Sees(head.Sentence, query, key))
                {
                    continue;
                }

                if (!dQ.IsEmpty)
                {
                    Rows.AddTo(dQ[query], k[key], dScores[key]);
                }

                if (!dK.IsEmpty)
                {
                    Rows.AddTo(dK[key], q[query], dScores[key]);
                }
            }
        }

        static void Begin(View gradient, bool add)
        {
            if (!add)
            {
                gradient.Clear();
            }
        }
    }
}
