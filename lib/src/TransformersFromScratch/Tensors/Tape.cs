namespace TransformersFromScratch;

/// <summary>
/// How one tensor was made: by which operation, from which tensors, and how the gradient goes back through it. Each
/// node points at the nodes before it; this chain of records is the tape.
/// </summary>
/// <param name="operation">The operation's name, for messages.</param>
/// <param name="inputs">What it was computed from.</param>
/// <param name="backward">Given y with its gradient dL/dy complete, adds dL/dx to every input x that needs one.</param>
internal sealed class Node(string operation, Tensor[] inputs, Action<Tensor> backward)
{
    public string Operation { get; } = operation;

    public Tensor[] Inputs { get; private set; } = inputs;

    /// <summary>Null once it has run: the tape is read once.</summary>
    public Action<Tensor>? Backward { get; private set; } = backward;

    public bool Visited { get; set; }

    /// <summary>
    /// Lets go of everything before this node, so that a kept loss does not keep a whole step in memory.
    /// </summary>
    public void Forget() => (Inputs, Backward) = ([], null);
}

/// <summary>Recording of operations, and the walk back along what was recorded.</summary>
public static class Tape
{
    // It belongs to the course of the work and not to a thread: after an await the work goes on, on any thread, with
    // the same value, and what else that first thread does then has nothing to do with it.
    private static readonly AsyncLocal<Pause?> s_pause = new();

    /// <summary>Whether operations are recorded here.</summary>
    public static bool Recording => s_pause.Value?.Lasting is null;

    /// <summary>
    /// Until the result is disposed of, operations record nothing: half the memory, for evaluating and generating. That
    /// holds for the method that asks for it, across its awaits, and for whatever it calls or starts meanwhile; tasks
    /// beside it go on recording.
    /// </summary>
    public static Pause NoGradient() => s_pause.Value = new Pause(s_pause.Value?.Lasting);

    /// <summary>Notes how <paramref name="result"/> was made, if anything it was made from needs a gradient.</summary>
    internal static Tensor Record(this Tensor result, string operation, Tensor[] inputs, Action<Tensor> backward)
    {
        if (Recording && Array.Exists(inputs, input => input.NeedsGradient))
        {
            result.Node = new Node(operation, inputs, backward);
        }

        return result;
    }

    /// <summary>
    /// The chain rule, applied node by node. A node may run backward only when its output's gradient is complete, that
    /// is after every node that used the output: from last to first in an order in which inputs come before results.
    /// </summary>
    internal static void Backward(Tensor loss)
    {
        if (loss.Length != 1)
        {
            throw new InvalidOperationException(
                $"Backward starts from a single number, but this tensor has shape {loss.ShapeText}. " +
                "Reduce it to a loss first, such as Op.CrossEntropy or Op.Sum.");
        }

        if (loss.Node is null)
        {
            throw new InvalidOperationException(
                "Nothing leads back from this tensor: it was not computed from anything with " +
                "RequiresGradient, or under " +
                "Tape.NoGradient(). Set RequiresGradient on what is to be learned before computing the loss.");
        }

        List<Tensor> order = InOrder(loss);
        if (order.Find(tensor => tensor.Node!.Backward is null) is { } used)
        {
            throw new InvalidOperationException(
                $"The tape from here leads through the result of '{used.Node!.Operation}' {used.ShapeText}, which " +
                "a Backward " +
                "has walked already. Compute the loss again, or add two losses and call Backward once on their sum.");
        }

        loss.GradientToWrite(out _)[0] = 1; // dL/dL
        for (int i = order.Count - 1; i >= 0; i--)
        {
            Tensor result = order[i];
            if (result.HasGradient)
            {
                result.Node!.Backward!(result);
            }

            result.Node!.Forget();
            result.ReleaseGradient();
        }
    }

    /// <summary>Every result that leads to <paramref name="last"/>, each after all that it was computed from.</summary>
    internal static List<Tensor> InOrder(Tensor last)
    {
        // Depth first, with a stack of our own: a recursion would overflow on a tape of thousands of operations.
        var order = new List<Tensor>();
        var pending = new Stack<(Tensor Result, int NextInput)>();
        Visit(last);
        while (pending.TryPop(out var top))
        {
            Tensor[] inputs = top.Result.Node!.Inputs;
            if (top.NextInput == inputs.Length)
            {
                order.Add(top.Result);
                continue;
            }

            pending.Push((top.Result, top.NextInput + 1));
            Visit(inputs[top.NextInput]);
        }

        order.ForEach(result => result.Node!.Visited = false);
        return order;

        void Visit(Tensor tensor)
        {
            if (tensor.Node is { Visited: false } node)
            {
                node.Visited = true;
                pending.Push((tensor, 0));
            }
        }
    }

    /// <summary>A pause in the recording; disposing of it ends the pause.</summary>
    public sealed class Pause : IDisposable
    {
        private readonly Pause? _outer;
        private volatile bool _ended;

        internal Pause(Pause? outer) => _outer = outer;

        /// <summary>The innermost pause from here outwards that has not ended; null if all have.</summary>
        internal Pause? Lasting
        {
            get
            {
                Pause? pause = this;
                while (pause is { _ended: true })
                {
                    pause = pause._outer;
                }

                return pause;
            }
        }

        /// <summary>
        /// Recording goes on (unless another pause surrounds this one), for all whom this pause holds: on whichever
        /// thread it ends, in whichever order pauses end, and however often this is called.
        /// </summary>
        public void Dispose()
        {
            _ended = true;
            if (s_pause.Value is { } here)
            {
                s_pause.Value = here.Lasting; // So that no chain of ended pauses is kept.
            }
        }
    }
}
