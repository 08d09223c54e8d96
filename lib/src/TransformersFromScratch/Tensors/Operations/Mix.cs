namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// What chosen experts say, weighed and added up: <c>y_t = Σ_i p_ti · o_i(t)</c> over the experts i that row t was
    /// sent to (Fedus et al. 2021, section 2.1, equation 2). Used by <see cref="MixtureOfExperts"/>.
    /// </summary>
    /// <remarks>
    /// By the product rule <c>do_i(t) = p_ti dy_t</c> and <c>dp_ti = dy_t · o_i(t)</c>. Of an expert that was not
    /// chosen neither is anything, because its output is not in the sum.
    /// </remarks>
    /// <param name="weights">p, [N, E].</param>
    /// <param name="sent">For each expert the rows that were sent to it.</param>
    /// <param name="outputs">For each expert [as many as these, width]; null if there were none.</param>
    /// <param name="width">The width of a row.</param>
    /// <returns>[N, width]; zeros in a row that was sent to nobody.</returns>
    internal static Tensor Mix(Tensor weights, int[][] sent, Tensor?[] outputs, int width)
    {
        int rows = weights.Shape[0], experts = weights.Shape[1];
        Tensor y = Tensor.Unwritten(rows, width);
        y.Span.Clear();
        for (int i = 0; i < experts; i++)
        {
            for (int n = 0; n < sent[i].Length; n++)
            {
                int row = sent[i][n];
                ReadOnlySpan<float> output = outputs[i]!.Span.Slice(n * width, width);
                Rows.AddTo(y.Span.Slice(row * width, width), output, weights.Span[(row * experts) + i]);
            }
        }

        return y.Record("mix", [weights, .. outputs.OfType<Tensor>()], y =>
        {
            bool add = false;
            Span<float> dWeights = weights.NeedsGradient ? weights.GradientToWrite(out add) : [];
            if (!add) { dWeights.Clear(); }

            for (int i = 0; i < experts; i++)
            {
                if (outputs[i] is not { } output) { continue; }

                Span<float> dOutput = output.NeedsGradient ? output.GradientToWrite(out add) : [];
                for (int n = 0; n < sent[i].Length; n++)
                {
                    int at = (sent[i][n] * experts) + i;
                    ReadOnlySpan<float> dy = y.GradientSpan.Slice(sent[i][n] * width, width);
                    if (!dWeights.IsEmpty) { dWeights[at] += Rows.Dot(dy, output.Span.Slice(n * width, width)); }

                    if (!dOutput.IsEmpty)
                    {
                        Rows.Scale(dy, weights.Span[at], dOutput.Slice(n * width, width), add);
                    }
                }
            }
        });
    }
}
