namespace TransformersFromScratch;

/// <summary>
/// Measures, at the first step of each part of a run of <see cref="BreakIt"/>, how decided its attention is and how
/// much gradient reaches the queries and keys. It changes nothing in the run.
/// </summary>
internal sealed class AttentionWatch(Transformer model, int steps)
{
    private readonly List<double> _entropy = [], _gradient = [];

    // The attentions that read the source; of the decoder's own a causal mask would decide how many keys a row has.
    private readonly Tensor[] _watched = [.. model.Encoder.Select(layer => layer.Attention)
        .Concat(model.Decoder.Select(layer => layer.CrossAttention))
        .SelectMany(attention => new[] { attention.Query.Weight, attention.Key.Weight })];

    /// <summary>Whether a step, counted from 1, is the first of a part of the run.</summary>
    public bool Watches(long step) => _entropy.Count < BreakIt.CurvePoints
        && step == ((long)_entropy.Count * steps / BreakIt.CurvePoints) + 1;

    /// <summary>Takes the weights of a step that is watched; null of any other.</summary>
    public void AtMaps(IReadOnlyList<Tensor>? maps)
    {
        if (maps is not null) { _entropy.Add(maps.Average(Entropy)); }
    }

    /// <summary>Looks at the gradients that a step has left behind, if it is one that is watched.</summary>
    public void AtGradient(long step)
    {
        if (_gradient.Count == _entropy.Count || step != ((long)_gradient.Count * steps / BreakIt.CurvePoints) + 1)
        {
            return;
        }

        double whole = Gradients.Norm(model.Parameters());
        _gradient.Add(whole > 0 ? Math.Sqrt(_watched.Sum(Squares)) / whole : 0);
    }

    /// <summary>The run with what was measured, and NaN for the parts that it did not come to.</summary>
    public LabRun In(LabRun run) => run with { Entropy = Filled(_entropy), Gradient = Filled(_gradient) };

    private static double[] Filled(List<double> measured) =>
        [.. measured, .. Enumerable.Repeat(double.NaN, BreakIt.CurvePoints - measured.Count)];

    private static double Entropy(Tensor weights)
    {
        double sum = 0;
        foreach (float weight in weights.Data) { sum -= weight > 0 ? weight * Math.Log(weight) : 0; }

        return sum / (weights.Length / weights.Shape[^1]);
    }

    private static double Squares(Tensor parameter) =>
        parameter.Gradient?.Data.Sum(x => (double)x * x) ?? 0;
}
