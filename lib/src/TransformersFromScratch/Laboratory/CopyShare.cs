using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>How often a summariser looks at the very token that it writes: copying through cross-attention,
/// counted.</summary>
/// <param name="Tokens">How many tokens were written.</param>
/// <param name="Present">How many of them stand in the text.</param>
/// <param name="Copied">How many of them were the most attended token of the text when they were written, by
/// layer.</param>
/// <param name="ByChance">How many would be, on average, if it looked at one place of the text at random.</param>
public sealed record CopyShare(int Tokens, int Present, IReadOnlyList<int> Copied, double ByChance)
{
    /// <summary>Counts over texts and what a summariser writes of each, greedily.</summary>
    /// <param name="summarizer">Model and tokenizer.</param>
    /// <param name="texts">None empty, none too long.</param>
    /// <param name="summaries">What it writes of each.</param>
    /// <exception cref="ArgumentException">There are not as many summaries as texts.</exception>
    public static CopyShare Of(Summarizer summarizer, IReadOnlyList<string> texts, IReadOnlyList<string> summaries)
    {
        ArgumentNullException.ThrowIfNull(summarizer);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(summaries);
        if (texts.Count != summaries.Count)
        {
            throw new ArgumentException($"There are {texts.Count} texts, but {summaries.Count} summaries.",
                nameof(summaries));
        }

        int tokens = 0, present = 0;
        double chance = 0;
        int[] copied = new int[summarizer.Model.Decoder.Count];
        foreach (var (text, summary) in texts.Zip(summaries).Where(pair => pair.Second.Length > 0))
        {
            int[] source = summarizer.Encode(summarizer.Normalise(text)), target = summarizer.Encode(summary);
            var layers = summarizer.CrossAttention(source, target);
            for (int layer = 0; layer < copied.Length; layer++)
            {
                copied[layer] += Count(Mean(layers[layer]), source, target);
            }

            tokens += target.Length;
            present += target.Count(source.Contains);
            chance += target.Sum(token => source.Count(other => other == token) / (double)source.Length);
        }

        return new CopyShare(tokens, present, copied, chance);
    }

    /// <summary>For how many tokens of a target the place of the greatest weight holds the same token.</summary>
    /// <param name="weights">T×S or more rows: row t is what was read to write token t.</param>
    /// <param name="source">S ids.</param>
    /// <param name="target">T ids.</param>
    public static int Count(Matrix<float> weights, IReadOnlyList<int> source, IReadOnlyList<int> target)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        return Enumerable.Range(0, target.Count).Count(t => source[weights.Row(t).MaximumIndex()] == target[t]);
    }

    /// <summary>The mean of the heads of a layer.</summary>
    public static Matrix<float> Mean(IReadOnlyList<Matrix<float>> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        return heads.Aggregate((sum, head) => sum + head) / heads.Count;
    }
}
