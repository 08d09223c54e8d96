namespace TransformersFromScratch;

/// <summary>
/// Where the tokens of a graph stand, and which of them see which. Padding may stand before a sentence: positions are
/// counted from its first token, as everywhere in this course.
/// </summary>
internal sealed class OnnxPlaces
{
    private readonly OnnxGraph _graph;
    private readonly OnnxValue? _mask, _before;
    private readonly OnnxValue _queries;
    private readonly OnnxValue _distances;

    /// <summary>Computes the places.</summary>
    /// <param name="graph">The graph; its part is "places" meanwhile.</param>
    /// <param name="ids">[B, T] tokens.</param>
    /// <param name="mask">[B, S], 1 for a token and 0 for padding; null if nothing is padding.</param>
    /// <param name="past">[B, g, P, d_k]: what a cache holds of the P tokens before; null for none.</param>
    public OnnxPlaces(OnnxGraph graph, OnnxValue ids, OnnxValue? mask, OnnxValue? past = null)
    {
        (_graph, _mask) = (graph, mask);
        graph.Part = "places";
        OnnxValue first = past is { } cached ? graph.Length(cached, 2) : graph.Whole(0);
        OnnxValue end = graph.Add(first, graph.Length(ids, 1));
        _queries = graph.Range(first, end);
        OnnxValue keys = graph.Range(graph.Whole(0), end);
        _distances = graph.Subtract(graph.Unsqueeze(_queries, 1), graph.Unsqueeze(keys, 0));
        _before = mask is { } shown ? graph.PlaceOfLargest(graph.Cast(shown, OnnxType.Float)) : null;
    }

    /// <summary>[B, 1]: where each sentence begins.</summary>
    public OnnxValue First => _before!.Value;

    /// <summary>The position of each token in its sentence, [B, T]; [T] where nothing is padding.</summary>
    public OnnxValue Positions() => _before is { } before
        ? _graph.Larger(_graph.Subtract(_queries, before), _graph.Whole(0))
        : _queries;

    /// <summary>Which keys a query sees, to be broadcast to [B, h, T, S].</summary>
    /// <param name="causal">Whether it sees no later one.</param>
    /// <param name="window">How many it sees at most; null for all.</param>
    /// <returns>Null if it sees all.</returns>
    public OnnxValue? Seen(bool causal, int? window = null)
    {
        _graph.Part = "mask";
        OnnxValue? seen = _mask is { } mask ? Padding(_graph, mask) : null;
        if (causal) { Restrict(_graph.Less(_graph.Whole(-1), _distances)); }

        if (window is { } most) { Restrict(_graph.Less(_distances, _graph.Whole(most))); }

        return seen;

        void Restrict(OnnxValue further) => seen = seen is { } already ? _graph.And(already, further) : further;
    }

    /// <summary>Which keys are no padding, [B, 1, 1, S].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="mask">[B, S], 1 for a token and 0 for padding.</param>
    public static OnnxValue Padding(OnnxGraph graph, OnnxValue mask) =>
        graph.Unsqueeze(graph.Cast(mask, OnnxType.Bool), 1, 2);

    /// <summary>What every head adds to its scores by distance (<see cref="RelativeBias"/>), [h, T, S].</summary>
    /// <remarks>
    /// Which bucket a distance falls into is stored and not computed: distances from
    /// <see cref="RelativeBias.Distance"/> on share one, so the table is short.
    /// </remarks>
    public OnnxValue Added(RelativeBias bias)
    {
        const int most = 1 << 20;
        if (bias.Distance > most)
        {
            throw new NotSupportedException(
                $"The model tells distances up to {bias.Distance} apart, and this export has a row for each: {most} " +
                "are the most.");
        }

        _graph.Part = "distances";
        int last = bias.Distance;
        long[] buckets = [.. Enumerable.Range(-last, (2 * last) + 1).Select(distance =>
            (long)RelativeBias.Bucket(-distance, bias.Bidirectional, bias.Buckets, bias.Distance))];
        OnnxValue near = _graph.Larger(_graph.Smaller(_distances, _graph.Whole(last)), _graph.Whole(-last));
        OnnxValue bucket = _graph.Gather(
            _graph.Store(OnnxTensor.Of("buckets", buckets, buckets.Length)),
            _graph.Add(near, _graph.Whole(last)));
        return _graph.Transpose(_graph.Gather(_graph.Weight(bias.Table), bucket), 2, 0, 1);
    }

    /// <summary>What every head subtracts from its scores by distance (<see cref="Alibi"/>), [h, T, S].</summary>
    public OnnxValue Added(float[] slopes)
    {
        _graph.Part = "distances";
        OnnxValue far = _graph.Cast(_graph.Negative(_graph.Abs(_distances)), OnnxType.Float);
        return _graph.Multiply(_graph.Store(OnnxTensor.Of("slopes", slopes, slopes.Length, 1, 1)), far);
    }

    /// <summary>
    /// The sines and cosines of positions (<see cref="PositionalEncoding"/>), [B, T, d_model] or [T, d_model].
    /// </summary>
    public OnnxValue Sinusoids(int dModel, bool sinesFirst)
    {
        _graph.Part = "positions";
        int sines = (dModel + 1) / 2;
        int[] dimensions = [.. Enumerable.Range(0, dModel).Select(column =>
            !sinesFirst ? column : column < sines ? 2 * column : (2 * (column - sines)) + 1)];
        return Sine(
            "sinusoids", [.. dimensions.Select(dimension => PositionalEncoding.Frequency(dimension, dModel))],
            [.. dimensions.Select(dimension => dimension % 2 == 1)]);
    }

    /// <summary>How queries and keys are turned (<see cref="Rotary"/>).</summary>
    /// <param name="width">d_k.</param>
    /// <param name="options">Which base, and which columns are pairs.</param>
    public OnnxRotation Rotation(int width, LayerOptions options)
    {
        _graph.Part = "rotation";
        int[] first = [.. Enumerable.Range(0, width / 2).Select(i => options.RotaryHalves ? i : 2 * i)];
        int apart = options.RotaryHalves ? width / 2 : 1;
        double[] frequencies = new double[width];
        float[] signs = new float[width];
        long[] partners = new long[width];
        foreach (var (pair, column) in first.Index())
        {
            int other = column + apart;
            (partners[column], partners[other]) = (other, column);
            (signs[column], signs[other]) = (-1, 1);
            frequencies[column] = frequencies[other] =
                PositionalEncoding.Frequency(2 * pair, width, options.RotaryBase);
        }

        OnnxValue sines = _graph.Multiply(
            Sine("rotary sines", frequencies, new bool[width]),
            _graph.Store(OnnxTensor.Of("rotary signs", signs, width)));
        bool[] all = [.. Enumerable.Repeat(true, width)];
        return new OnnxRotation(
            ForHeads(Sine("rotary cosines", frequencies, all)), ForHeads(sines),
            _graph.Store(OnnxTensor.Of("rotary partners", partners, width)));
    }

    private OnnxValue ForHeads(OnnxValue angles) => _before is null ? angles : _graph.Unsqueeze(angles, 1);

    /// <summary>
    /// sin(position · frequency), or the cosine, which is the sine a quarter turn later. In double precision, as
    /// everywhere here: the angle of a far position has no digits to spare.
    /// </summary>
    private OnnxValue Sine(string name, double[] frequencies, bool[] cosine)
    {
        int width = frequencies.Length;
        double[] quarters = [.. cosine.Select(later => later ? Math.PI / 2 : 0)];
        OnnxValue positions = _graph.Unsqueeze(_graph.Cast(Positions(), OnnxType.Double), -1);
        OnnxValue angles = _graph.Multiply(
            positions, _graph.Store(OnnxTensor.Of($"{name}: frequencies", frequencies, width)));
        angles = _graph.Add(angles, _graph.Store(OnnxTensor.Of($"{name}: quarters", quarters, width)));
        return _graph.Cast(_graph.Sin(angles), OnnxType.Float);
    }
}

/// <summary>
/// A rotation as two products: <c>y = x ⊙ cos + x' ⊙ sin</c>, where x' is x with the two columns of each pair swapped,
/// and the sine of a pair's first column has a minus.
/// </summary>
/// <param name="Cosines">[B, 1, T, d_k], or [T, d_k].</param>
/// <param name="Sines">The same, with their signs.</param>
/// <param name="Partners">[d_k]: the other column of each pair.</param>
internal sealed record OnnxRotation(OnnxValue Cosines, OnnxValue Sines, OnnxValue Partners)
{
    /// <param name="graph">The graph.</param>
    /// <param name="x">[B, h, T, d_k].</param>
    public OnnxValue Of(OnnxGraph graph, OnnxValue x) => graph.Add(
        graph.Multiply(x, Cosines), graph.Multiply(graph.Gather(x, Partners, axis: 3), Sines));
}
