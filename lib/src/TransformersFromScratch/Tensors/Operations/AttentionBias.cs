namespace TransformersFromScratch;

// What a learned bias adds to an attention, on the way forward and on the way back.
public static partial class Op
{
    private sealed partial record AttentionShape
    {
        /// <summary>
        /// Adds the bias of a query to its scores, from the key <paramref name="from"/> on, before all of them are
        /// multiplied by <paramref name="scale"/>.
        /// </summary>
        public void AddBias(int head, int query, int from, Span<float> scores, float scale)
        {
            if (Bias is not null)
            {
                Rows.AddTo(scores, Bias.Span.Slice(BiasAt(head, query, from), scores.Length), 1 / scale);
            }
        }

        /// <summary>
        /// Adds the gradient of a query's scores to the gradient of its bias. What was multiplied by
        /// <paramref name="scale"/> already, for the queries and keys, is divided by it again.
        /// </summary>
        public void AddToBias(int head, int query, int from, ReadOnlySpan<float> dScores, float scale)
        {
            if (Bias is { NeedsGradient: true })
            {
                Rows.AddTo(
                    Bias.GradientSpan.Slice(BiasAt(head, query, from), dScores.Length), dScores, 1 / scale);
            }
        }

        private int BiasAt(int head, int query, int key) => (((head * Queries) + query) * Keys) + key;
    }

    /// <summary>Every sentence adds to the gradient of the bias: the first of all comes upon zeros.</summary>
    private static void BeginBias(Tensor? bias)
    {
        if (bias is { NeedsGradient: true } && bias.GradientToWrite(out bool add) is var gradient && !add)
        {
            gradient.Clear();
        }
    }

    private static void RequireBias(Tensor? bias, int heads, int queries, int keys)
    {
        if (bias is not null && !bias.Shape.SequenceEqual([heads, queries, keys]))
        {
            throw new ArgumentException(
                $"The bias of an attention has one number a head, query and key: [{heads}, {queries}, {keys}], " +
                $"not {bias.ShapeText}.",
                nameof(bias));
        }
    }
}
