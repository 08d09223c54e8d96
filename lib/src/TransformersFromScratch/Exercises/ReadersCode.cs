using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>What a reader's code made of one input: a value, or an exception.</summary>
internal readonly record struct Outcome<T>(T? Value, Exception? Problem);

/// <summary>
/// Tries code that a reader wrote, on a thread of its own: an exception is an outcome, and a loop that never ends is ended (or, where that is
/// not possible, left behind) after a few seconds. What the code prints appears as usual.
/// </summary>
internal static class ReadersCode
{
    private const int StackBytes = 16 * 1024 * 1024; // as deep as our engine's own cells
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(50), s_farewell = TimeSpan.FromSeconds(1);

    /// <summary>How long the code may take for one input, and for all together. A test may be less patient.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Calls the code with each input, in order.</summary>
    /// <returns>An outcome for each input that it came back from; fewer than inputs if it ran out of time, and then a sentence that says so.</returns>
    /// <exception cref="OperationCanceledException">The reader stopped the cell.</exception>
    public static (IReadOnlyList<Outcome<TOut>> Outcomes, string Late) Try<TIn, TOut>(IReadOnlyList<TIn> inputs, Func<TIn, TOut> code, Func<TIn, string> say)
    {
        var attempt = new Attempt<TIn, TOut>(inputs, code);
        var thread = new Thread(attempt.Run, StackBytes) { IsBackground = true, Name = "Reader's code" };
        thread.Start(); // with the cell's ambient values, so that what it prints lands under the cell
        bool ended = false;
        try
        {
            while (!(ended = attempt.EndsWithin(s_glance)) && (Debugger.IsAttached || attempt.Running < Patience)) { }
        }
        finally
        {
            if (!ended) { ended = attempt.End(thread, s_farewell); }
        }

        IReadOnlyList<Outcome<TOut>> outcomes = attempt.Outcomes;
        if (outcomes.Count == inputs.Count) { return (outcomes, ""); }

        string left = ended ? "" : " It cannot be stopped from outside and goes on in the background, with the lowest priority; a restart of the kernel ends it.";
        return (outcomes, $"Your code did not come back within {Patience.TotalSeconds:0.#} s for {say(inputs[outcomes.Count])}. Is there a loop that never ends?{left}");
    }

    private sealed class Attempt<TIn, TOut>(IReadOnlyList<TIn> inputs, Func<TIn, TOut> code)
    {
        private readonly List<Outcome<TOut>> _outcomes = [];
        private readonly CancellationTokenSource _ending = new(); // neither is disposed of: a thread left behind may still look at them
        private readonly ManualResetEventSlim _ended = new();
        private long _began = Stopwatch.GetTimestamp();

        public IReadOnlyList<Outcome<TOut>> Outcomes
        {
            get { lock (_outcomes) { return [.. _outcomes]; } }
        }

        /// <summary>How long the current input has been with the code.</summary>
        public TimeSpan Running => Stopwatch.GetElapsedTime(Interlocked.Read(ref _began));

        public void Run()
        {
            try { NotebookHost.RunPart(TryAll, _ending.Token); }
            catch (Exception problem) when (problem is OperationCanceledException or ThreadInterruptedException) { }
            finally { _ended.Set(); }
        }

        public bool EndsWithin(TimeSpan time) => _ended.Wait(time, Interrupt.Token);

        /// <summary>Ends the code by force: at its next stop point, or out of a wait.</summary>
        public bool End(Thread thread, TimeSpan patience)
        {
            _ending.Cancel();
            if (thread.IsAlive)
            {
                thread.Interrupt();
                thread.Priority = ThreadPriority.Lowest;
            }

            return _ended.Wait(patience, CancellationToken.None);
        }

        private void TryAll()
        {
            foreach (TIn input in inputs)
            {
                Interlocked.Exchange(ref _began, Stopwatch.GetTimestamp());
                Outcome<TOut> outcome = TryOne(input);
                if (_ending.IsCancellationRequested) { return; } // too late to count

                lock (_outcomes) { _outcomes.Add(outcome); }
            }
        }

        private Outcome<TOut> TryOne(TIn input)
        {
            try { return new Outcome<TOut>(code(input), null); }
            catch (Exception problem) { return new Outcome<TOut>(default, problem); }
        }
    }
}
