using System.Numerics;

namespace TransformersFromScratch;

/// <summary>
/// Storage that every training step uses again. A step makes the same hundreds of tensors as the one before; fresh memory
/// for each costs a quarter of the step's time, most of it for the operating system's clearing of pages.
/// </summary>
/// <remarks>
/// <code>
/// var workspace = new Workspace();
/// for (…)
/// {
///     using var step = workspace.BeginStep();
///     Tensor loss = …;            // Results of operations are lent until the step ends.
///     loss.Backward();
///     optimizer.Step();
/// }
/// </code>
/// What has to outlive the step is read (<see cref="Tensor.Data"/>, <see cref="Tensor.Scalar"/>) or copied
/// (<see cref="Tensor.Detach"/>) before it ends. Parameters, their gradients and tensors made by a constructor are never lent.
/// </remarks>
public sealed class Workspace
{
    // A size that no step has asked for during so many steps is given up: batches of changing lengths come and go.
    private const int StepsUnused = 64;

    [ThreadStatic]
    private static Workspace? t_current;

    private readonly Dictionary<int, Shelf> _shelves = [];
    private readonly List<Tensor> _lent = [];
    private Workspace? _outer;
    private bool _open;
    private long _step;

    /// <summary>The workspace of the step that runs on this thread, or null.</summary>
    internal static Workspace? Current => t_current is { _open: true } workspace ? workspace : null;

    /// <summary>For tests: fills what is given back with NaN, so that whoever reads it without writing it is found out.</summary>
    internal bool Poison { get; init; }

    /// <summary>How many numbers wait on the shelves.</summary>
    internal long Idle => _shelves.Values.Sum(shelf => shelf.Free.Sum(storage => (long)storage.Length));

    /// <summary>From now until the result is disposed of, results of operations on this thread are lent.</summary>
    /// <exception cref="InvalidOperationException">A step of this workspace is running already.</exception>
    public Step BeginStep()
    {
        if (_open)
        {
            throw new InvalidOperationException(
                "A step of this workspace is still running. Dispose of it first (`using var step = workspace.BeginStep();`).");
        }

        (_open, _outer, t_current) = (true, t_current, this);
        _step++;
        return new Step(this);
    }

    internal float[] Lend(int length)
    {
        int size = SizeFor(length);
        return _shelves.TryGetValue(size, out Shelf? shelf) && shelf.Free.TryPop(out float[]? storage)
            ? storage
            : GC.AllocateUninitializedArray<float>(size);
    }

    internal void Remember(Tensor tensor) => _lent.Add(tensor);

    internal void TakeBack(float[] storage)
    {
        if (Poison)
        {
            storage.AsSpan().Fill(float.NaN);
        }

        if (!_shelves.TryGetValue(storage.Length, out Shelf? shelf))
        {
            _shelves[storage.Length] = shelf = new Shelf();
        }

        shelf.LastUsed = _step;
        shelf.Free.Push(storage);
    }

    /// <summary>
    /// Up to the next of four sizes between one power of two and the next, so that tensors of nearly the same length share
    /// storage and at most a quarter lies idle.
    /// </summary>
    private static int SizeFor(int length)
    {
        int quarter = Math.Max(16, (int)BitOperations.RoundUpToPowerOf2((uint)length) / 8);
        return (int)Math.Min(((long)length + quarter - 1) / quarter * quarter, Array.MaxLength);
    }

    private void End()
    {
        foreach (Tensor tensor in _lent)
        {
            tensor.EndLoan();
        }

        _lent.Clear();
        if (t_current == this) // Unless an await has moved the step's end to another thread.
        {
            t_current = _outer;
        }

        (_open, _outer) = (false, null);
        if (_step % StepsUnused == 0)
        {
            foreach (var (size, shelf) in _shelves)
            {
                if (shelf.LastUsed <= _step - StepsUnused) { _shelves.Remove(size); }
            }
        }
    }

    /// <summary>One step; disposing of it ends every loan made during the step.</summary>
    public readonly struct Step : IDisposable
    {
        private readonly Workspace _workspace;

        internal Step(Workspace workspace) => _workspace = workspace;

        /// <summary>Ends the step.</summary>
        public void Dispose()
        {
            if (_workspace._open)
            {
                _workspace.End();
            }
        }
    }

    private sealed class Shelf
    {
        public Stack<float[]> Free { get; } = new();

        public long LastUsed { get; set; }
    }
}
