namespace TransformersFromScratch;

/// <summary>Changes parameters so that the loss falls, by their gradients.</summary>
public abstract class Optimizer
{
    private readonly Parameter[] _parameters;
    private readonly (int Parameter, int First, int Count)[] _pieces;

    /// <summary>An optimiser of the given parameters.</summary>
    /// <param name="parameters">What it changes, each once; their names name its state in a checkpoint.</param>
    /// <param name="learningRate">How far a step goes.</param>
    /// <exception cref="ArgumentException">No parameters, or the same tensor or name twice.</exception>
    protected Optimizer(IEnumerable<Parameter> parameters, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        LearningRate = learningRate;
        if (_parameters.Length == 0)
        {
            throw new ArgumentException(
                "There is nothing to learn: the list of parameters is empty.", nameof(parameters));
        }

        var twice = _parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(group => group.Count() > 1)
            ?? _parameters.GroupBy(parameter => parameter.Value).Where(group => group.Count() > 1)
                .SelectMany(group => group).GroupBy(parameter => parameter.Name).FirstOrDefault();
        if (twice is not null)
        {
            throw new ArgumentException(
                $"Parameter '{Excerpt.Of(twice.Key)}' is listed twice and would be changed twice a step. List a " +
                "shared tensor once.", nameof(parameters));
        }

        // One loop over equal pieces of all parameters: few are large and many are small.
        const int piece = Work.NumbersPerPiece;
        _pieces =
            [.. _parameters.SelectMany(
                (parameter, i) => Enumerable.Range(0, (parameter.Value.Length + piece - 1) / piece)
            .Select(n => (i, n * piece, Math.Min(piece, parameter.Value.Length - (n * piece)))))];
    }

    /// <summary>What the optimiser changes.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>How far a step goes; a <see cref="Schedule"/> sets it before each one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to less than 0, NaN or infinity.</exception>
    public double LearningRate
    {
        get;
        set => field = value >= 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate is 0 or more, and finite.");
    }

    /// <summary>How many steps have been taken; a checkpoint puts it back.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Takes one step from the gradients. A parameter that no Backward has reached since <see cref="ZeroGradients"/>
    /// stays as it is.
    /// </summary>
    public void Step()
    {
        Steps++;
        BeginStep();
        SharedLoop.For(_pieces.Length, 1, MatrixProduct.Threads, (i, _) =>
        {
            var (index, first, count) = _pieces[i];
            Tensor parameter = _parameters[index].Value;
            if (parameter.HasGradient)
            {
                Update(index, first, parameter.Span.Slice(first, count), parameter.GradientSpan.Slice(first, count));
            }
        });
    }

    /// <summary>Forgets all gradients, before the next Backward.</summary>
    public void ZeroGradients()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>What the optimiser remembers from step to step, by name, for a checkpoint.</summary>
    public abstract IEnumerable<Parameter> State();

    /// <summary>
    /// Puts back the number of steps of a checkpoint, together with the tensors of <see cref="State"/>.
    /// </summary>
    public void Resume(long steps) => Steps = steps;

    /// <summary>What is the same for all numbers of a step.</summary>
    protected virtual void BeginStep()
    {
    }

    /// <summary>
    /// Changes some consecutive numbers of one parameter; called from several threads, once for each number.
    /// </summary>
    /// <param name="index">Which parameter.</param>
    /// <param name="first">Where in the parameter the spans begin.</param>
    /// <param name="values">The numbers to change.</param>
    /// <param name="gradient">Their gradients.</param>
    protected abstract void Update(int index, int first, Span<float> values, ReadOnlySpan<float> gradient);

    /// <summary>One tensor of zeros for each parameter.</summary>
    private protected Tensor[] ZerosLikeParameters() =>
        Array.ConvertAll(_parameters, parameter => new Tensor(parameter.Value.Shape.ToArray()));

    private protected IEnumerable<Parameter> Named(string prefix, Tensor[] tensors) =>
        _parameters.Zip(tensors, (parameter, tensor) => new Parameter($"{prefix}.{parameter.Name}", tensor));
}
