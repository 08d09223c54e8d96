namespace TransformersFromScratch;

/// <summary>
/// The mean of the weights of the last few checkpoints. The steps of a training circle around a good place without ever
/// standing on it; their mean lies nearer. "For the base models, we used a single model obtained by averaging the last
/// 5 checkpoints" (Vaswani et al. 2017, section 6.1).
/// </summary>
/// <param name="last">How many checkpoints to average; older ones are forgotten.</param>
public sealed class WeightAverage(int last = 5)
{
    private readonly Queue<float[][]> _checkpoints = new();
    private readonly int _last = last >= 1
        ? last
        : throw new ArgumentOutOfRangeException(nameof(last), last, "Average 1 checkpoint or more.");

    /// <summary>How many checkpoints are in the mean.</summary>
    public int Count => _checkpoints.Count;

    /// <summary>How many there may be.</summary>
    public int Last => _last;

    /// <summary>Takes a copy of the weights as they are now.</summary>
    public void Add(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _checkpoints.Enqueue([.. parameters.Select(parameter => parameter.Value.Span.ToArray())]);
        if (_checkpoints.Count > _last)
        {
            _checkpoints.Dequeue();
        }
    }

    /// <summary>Overwrites weights with the mean.</summary>
    /// <param name="parameters">The parameters that were added, or those of a model of the same configuration, in the
    /// same order.</param>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    /// <exception cref="ArgumentException">They are not as many, or not as long, as those that were added.</exception>
    public void CopyTo(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (Count == 0)
        {
            throw new InvalidOperationException(
                "There is no checkpoint to average yet: call Add during the training, at the end of an epoch " +
                "for example.");
        }

        Parameter[] all = [.. parameters];
        if (_checkpoints.Any(
            checkpoint => !checkpoint.Select(tensor => tensor.Length)
                .SequenceEqual(all.Select(parameter => parameter.Value.Length))))
        {
            throw new ArgumentException(
                "These are not the parameters that were averaged: their number or sizes differ.", nameof(parameters));
        }

        for (int i = 0; i < all.Length; i++)
        {
            Span<float> mean = all[i].Value.Span;
            mean.Clear();
            foreach (float[][] checkpoint in _checkpoints)
            {
                Rows.AddTo(mean, checkpoint[i]);
            }

            foreach (ref float number in mean)
            {
                number /= Count;
            }
        }
    }

    /// <summary>
    /// The checkpoints, the oldest first, for the checkpoint of a run: the mean of the last few cannot be told from
    /// their mean so far.
    /// </summary>
    internal IEnumerable<Parameter> State(IReadOnlyList<Parameter> parameters) =>
        _checkpoints.SelectMany((checkpoint, i) =>
        parameters.Zip(
            checkpoint, (parameter, numbers) => new Parameter(
                NameOf(i, parameter), new Tensor(numbers, parameter.Value.Shape.ToArray()))));

    /// <summary>Room for what <see cref="State"/> gave, added to a list.</summary>
    internal static List<Parameter> Room(IReadOnlyList<Parameter> parameters, int count, List<Parameter> room)
    {
        room.AddRange(Enumerable.Range(0, count).SelectMany(i =>
            parameters.Select(
                parameter => new Parameter(NameOf(i, parameter), new Tensor(parameter.Value.Shape.ToArray())))));
        return room;
    }

    /// <summary>Forgets what was added, and puts back what <see cref="State"/> gave.</summary>
    internal void Restore(IReadOnlyList<Parameter> state, int parameters)
    {
        _checkpoints.Clear();
        foreach (Parameter[] checkpoint in state.Chunk(parameters))
        {
            _checkpoints.Enqueue([.. checkpoint.Select(parameter => parameter.Value.Data)]);
        }
    }

    private static string NameOf(int checkpoint, Parameter parameter) => $"average.{checkpoint}.{parameter.Name}";
}
