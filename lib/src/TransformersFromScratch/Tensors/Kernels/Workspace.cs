using System.Numerics;

namespace TransformersFromScratch;

/// <summary>
/// Storage that every training step uses again. A step makes the same hundreds of tensors as the one before; fresh
/// memory for each costs a quarter of the step's time, most of it for the operating system's clearing of pages.
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
/// (<see cref="Tensor.Detach"/>) before it ends. Parameters, their gradients and tensors made by a constructor are
/// never lent.
/// </remarks>
public sealed class Workspace
{
    // A size that no step has asked for during so many steps is given up: batches of changing lengths come and go.
    private const int StepsUnused = 64;

    // The step that the work at hand belongs to. Like Tape's pause it belongs to the course of the work; it is heeded
    // on the thread alone on which it began, for storage that two threads took from the same shelf would be one
    // storage.
    private static readonly AsyncLocal<Run?> s_run = new();

    private readonly Dictionary<int, Shelf> _shelves = [];
    private readonly List<Tensor> _lent = [];
    private Run? _run;
    private long _step;

    /// <summary>The workspace of the step that runs here, on this thread, or null.</summary>
    internal static Workspace? Current => s_run.Value?.Lasting is { IsHere: true } run ? run.Workspace : null;

    /// <summary>
    /// For tests: fills what is given back with NaN, so that whoever reads it without writing it is found out.
    /// </summary>
    internal bool Poison { get; init; }

    /// <summary>
    /// How many bytes it keeps for the next step: what the steps so far have had in use at one time, size by size. Ask
    /// between steps, when all of it is back.
    /// </summary>
    public long Bytes => sizeof(float) * Idle;

    /// <summary>How many numbers wait on the shelves.</summary>
    internal long Idle => _shelves.Values.Sum(shelf => shelf.Free.Sum(storage => (long)storage.Length));

    /// <summary>
    /// From now until the result is disposed of, results of operations on this thread are lent. After an await that has
    /// moved the work to another thread, and in tasks that it starts there, results are as right but not lent.
    /// </summary>
    /// <exception cref="InvalidOperationException">A step of this workspace is running already, here or in another
    /// task.</exception>
    public Step BeginStep()
    {
        var run = new Run(this, s_run.Value?.Lasting);
        if (Interlocked.CompareExchange(ref _run, run, null) is not null)
        {
            throw new InvalidOperationException(
                "A step of this workspace is still running. Dispose of it first (`using var step = " +
                "workspace.BeginStep();`), " +
                "and give tasks that run side by side a workspace each.");
        }

        s_run.Value = run;
        _step++;
        return new Step(run);
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

        if (_run is not { IsHere: true })
        {
            return; // From another thread: the shelves are not its to fill, and the storage is garbage.
        }

        if (!_shelves.TryGetValue(storage.Length, out Shelf? shelf))
        {
            _shelves[storage.Length] = shelf = new Shelf();
        }

        shelf.LastUsed = _step;
        shelf.Free.Push(storage);
    }

    /// <summary>
    /// Up to the next of four sizes between one power of two and the next, so that tensors of nearly the same length
    /// share storage and at most a quarter lies idle.
    /// </summary>
    private static int SizeFor(int length)
    {
        int quarter = Math.Max(16, (int)BitOperations.RoundUpToPowerOf2((uint)length) / 8);
        return (int)Math.Min(((long)length + quarter - 1) / quarter * quarter, Array.MaxLength);
    }

    private void End(Run run)
    {
        foreach (Tensor tensor in _lent)
        {
            tensor.EndLoan();
        }

        _lent.Clear();
        if (_step % StepsUnused == 0)
        {
            foreach (var (size, shelf) in _shelves)
            {
                if (shelf.LastUsed <= _step - StepsUnused) { _shelves.Remove(size); }
            }
        }

        run.Ended = true;
        s_run.Value = s_run.Value?.Lasting;
        Volatile.Write(ref _run, null);
    }

    /// <summary>One step; disposing of it ends every loan made during the step.</summary>
    public readonly struct Step : IDisposable
    {
        private readonly Run? _run;

        internal Step(Run run) => _run = run;

        /// <summary>Ends the step. Once it has ended, this does nothing, even if another step has begun.</summary>
        public void Dispose()
        {
            if (_run is { Ended: false })
            {
                _run.Workspace.End(_run);
            }
        }
    }

    /// <summary>A step that has begun: whose, on which thread, and within which other.</summary>
    internal sealed class Run(Workspace workspace, Run? outer)
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public Workspace Workspace => workspace;

        public bool Ended { get; set; }

        public bool IsHere => _thread == Environment.CurrentManagedThreadId;

        /// <summary>The innermost step from here outwards that has not ended.</summary>
        public Run? Lasting
        {
            get
            {
                Run? run = this;
                while (run is { Ended: true })
                {
                    run = run.Outer;
                }

                return run;
            }
        }

        private Run? Outer => outer;
    }

    private sealed class Shelf
    {
        public Stack<float[]> Free { get; } = new();

        public long LastUsed { get; set; }
    }
}
