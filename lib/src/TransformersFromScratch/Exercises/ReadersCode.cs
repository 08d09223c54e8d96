using System.Diagnostics;
using Shared;

namespace TransformersFromScratch;

/// <summary>What a reader's code made of one input: a value, or an exception.</summary>
internal readonly record struct Outcome<T>(T? Value, Exception? Problem);

/// <summary>
/// Tries code that a reader wrote, on a thread of its own: an exception is an outcome, and a loop that never ends is
/// ended (or, where that is not possible, left behind) after a few seconds. What the code prints appears as usual.
/// </summary>
internal static class ReadersCode
{
    private const int StackBytes = 2 * 1024 * 1024; // inputs are small; a recursion without end is found the sooner
    private const int Rounds = 4; // how many times the patience for one input all of them together may take
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(50), s_farewell = TimeSpan.FromSeconds(1);

    /// <summary>How long the code may take for one input.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Calls the code with each input, in order.</summary>
    /// <param name="inputs">What it is tried on.</param>
    /// <param name="code">The reader's code.</param>
    /// <param name="say">Names an input.</param>
    /// <param name="patience">How long it may take for one input.</param>
    /// <returns>An outcome for each input that it came back from; fewer than inputs if it ran out of time, and then a
    /// sentence that says so.</returns>
    /// <exception cref="OperationCanceledException">The reader stopped the cell.</exception>
    public static (IReadOnlyList<Outcome<TOut>> Outcomes, string Late) Try<TIn, TOut>(
        IReadOnlyList<TIn> inputs, Func<TIn, TOut> code, Func<TIn, string> say, TimeSpan patience)
    {
        var attempt = new Attempt<TIn, TOut>(inputs, code);
        if (OperatingSystem.IsBrowser())
        {
            return Told(inputs, attempt, attempt.RunHere(patience), true, say, patience);
        }

        var thread = new Thread(attempt.Run, StackBytes) { IsBackground = true, Name = "Reader's code" };
        thread.Start(); // with the cell's ambient values, so that what it prints lands under the cell
        bool ended = false, oneTooLong;
        try
        {
            while (!(ended = attempt.EndsWithin(s_glance))
                && (Debugger.IsAttached || (attempt.Running < patience && attempt.Together < Rounds * patience))) { }
        }
        finally
        {
            oneTooLong = attempt.Running >= patience;
            if (!ended) { ended = attempt.End(thread, s_farewell); }
        }

        return Told(inputs, attempt, oneTooLong, ended, say, patience);
    }

    private static (IReadOnlyList<Outcome<TOut>> Outcomes, string Late) Told<TIn, TOut>(
        IReadOnlyList<TIn> inputs, Attempt<TIn, TOut> attempt, bool oneTooLong, bool ended, Func<TIn, string> say,
        TimeSpan patience)
    {
        IReadOnlyList<Outcome<TOut>> outcomes = attempt.Outcomes;
        if (outcomes is [.., { Problem: InsufficientExecutionStackException }])
        {
            return (outcomes, $"Your code calls itself without end for {say(inputs[outcomes.Count - 1])}. Which " +
                "case ends it?");
        }

        if (outcomes.Count == inputs.Count) { return (outcomes, ""); }

        string left = ended ? "" : " It cannot be stopped from outside and goes on in the background, with the " +
            "lowest priority; a restart of the kernel ends it.";
        return (outcomes, !oneTooLong
            ? $"Your code is too slow: in {(Rounds * patience).TotalSeconds:0.#} s it answered {outcomes.Count} of " +
                $"{inputs.Count} questions. These inputs are small: what does it do so often?{left}"
            : $"Your code did not come back within {patience.TotalSeconds:0.#} s for {say(inputs[outcomes.Count])}. " +
                $"Is there a loop that never ends?{left}");
    }

    private sealed class Attempt<TIn, TOut>(IReadOnlyList<TIn> inputs, Func<TIn, TOut> code)
    {
        private readonly List<Outcome<TOut>> _outcomes = [];
        // Neither is disposed of: a thread left behind may still look at them.
        private readonly CancellationTokenSource _ending = new();
        private readonly ManualResetEventSlim _ended = new();
        private readonly long _started = Stopwatch.GetTimestamp();
        private long _began = Stopwatch.GetTimestamp();

        public IReadOnlyList<Outcome<TOut>> Outcomes
        {
            get { lock (_outcomes) { return [.. _outcomes]; } }
        }

        /// <summary>How long the current input has been with the code.</summary>
        public TimeSpan Running => Stopwatch.GetElapsedTime(Interlocked.Read(ref _began));

        /// <summary>How long the code has run.</summary>
        public TimeSpan Together => Stopwatch.GetElapsedTime(_started);

        public void Run()
        {
            try { NotebookHost.RunPart(TryAll, _ending.Token); }
            catch (Exception problem) when (problem is OperationCanceledException or ThreadInterruptedException) { }
            finally { _ended.Set(); }
        }

        /// <summary>
        /// Runs on this thread, where there is no other: at each of its stop points the code looks at the clock itself.
        /// </summary>
        /// <returns>Whether one input took too long.</returns>
        public bool RunHere(TimeSpan patience)
        {
            bool oneTooLong = false;
            AppContext.SetData(HostNames.Watch, () =>
            {
                oneTooLong |= Running >= patience;
                if (oneTooLong || Together >= Rounds * patience) { _ending.Cancel(); }
            });
            try { Run(); }
            finally { AppContext.SetData(HostNames.Watch, null); }

            return oneTooLong;
        }

        public bool EndsWithin(TimeSpan time) => _ended.Wait(time, Interrupt.Token);

        /// <summary>Ends the code by force: at its next stop point, or out of a wait.</summary>
        public bool End(Thread thread, TimeSpan patience)
        {
            _ending.Cancel();
            try
            {
                thread.Interrupt();
                thread.Priority = ThreadPriority.Lowest;
            }
            catch (ThreadStateException)
            {
                // It has just ended by itself.
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

                if (outcome.Problem is InsufficientExecutionStackException) { return; } // each would take as long
            }
        }

        private Outcome<TOut> TryOne(TIn input)
        {
            try { return new Outcome<TOut>(code(input), null); }
            catch (Exception problem) { return new Outcome<TOut>(default, problem); }
        }
    }
}
