namespace TransformersFromScratch;

// From the scores of a query to its weights, and back.
public static partial class Op
{
    private sealed partial record AttentionShape
    {
        /// <summary>
        /// From products q·k to weights: the biases, the mask and the softmax of one query.
        /// </summary>
        /// <param name="head">Whose query it is.</param>
        /// <param name="query">Which one.</param>
        /// <param name="from">The key that the row begins with.</param>
        /// <param name="scores">The products, which become the weights.</param>
        public void WeighRow(in AttentionHead head, int query, int from, Span<float> scores)
        {
            Lower(head.Number, query, from, scores, Scale);
            AddBias(head.Number, query, from, scores, Scale);
            Hide(head.Sentence, query, from, scores, float.NegativeInfinity);
            if (!SoftmaxRow(scores, Scale))
            {
                Hide(head.Sentence, query, from, scores, 0); // A NaN among the scores has made all of them NaN.
            }
        }

        /// <summary>The same on the way back: from dP to the gradient of the products q·k, in place.</summary>
        public void WeighRowBackward(
            in AttentionHead head, int query, int from, ReadOnlySpan<float> weights, Span<float> dScores)
        {
            float mean = Rows.Dot(weights, dScores);
            Rows.Map(new SoftmaxSlope(mean, Scale), weights, dScores, dScores);
            if (!float.IsFinite(mean))
            {
                Hide(head.Sentence, query, from, dScores, 0); // An overflow, for all that went in was finite.
            }

            AddToBias(head.Number, query, from, dScores, Scale);
        }
    }
}
