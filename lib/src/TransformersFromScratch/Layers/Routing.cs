namespace TransformersFromScratch;

/// <summary>What the router of a <see cref="MixtureOfExperts"/> did with a batch of N tokens.</summary>
/// <param name="Sent">For each expert the tokens that were sent to it: rows of [N, d_model], ascending.</param>
/// <param name="Probabilities">[N, E], each row sums to 1.</param>
public sealed record Routing(IReadOnlyList<int[]> Sent, Tensor Probabilities)
{
    /// <summary>f: the share of the tokens that each expert gets; the shares sum to 1.</summary>
    public IReadOnlyList<double> Shares =>
        [.. Sent.Select(tokens => tokens.Length / (double)Sent.Sum(all => all.Length))];

    /// <summary>
    /// <c>E Σ_i f_i P_i</c> with f the <see cref="Shares"/> and P the mean probabilities, a scalar: what is added to
    /// the loss, times a small α, so that all experts are used (Fedus et al. 2021, section 2.2, equations 4 to 6). It
    /// is 1 if all is even, and E if one expert gets everything.
    /// </summary>
    /// <remarks>
    /// f counts and has no slope. P has one: <c>dL/dp_ti = E f_i / N</c>, so what a busy expert is given costs more.
    /// </remarks>
    public Tensor Balance()
    {
        int tokens = Probabilities.Shape[0], experts = Sent.Count;
        IReadOnlyList<double> shares = Shares;
        var ofTokens = new Tensor(tokens, experts); // The same row for every token.
        for (int i = 0; i < ofTokens.Length; i++)
        {
            ofTokens.Span[i] = (float)shares[i % experts];
        }

        return Op.Sum(Op.Multiply(Probabilities, ofTokens)) * ((float)experts / tokens);
    }
}
