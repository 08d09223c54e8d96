using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace TransformersFromScratch;

/// <summary>
/// A loop whose iterations are shared out over threads, for work of tens of microseconds and more.
/// </summary>
/// <remarks>
/// <para>
/// The caller and its helpers each take the next iteration that nobody has taken, so a thread
/// that the system interrupts delays one iteration and not its fixed share of them. A training step runs hundreds of
/// such loops:
/// <see cref="Parallel.For(int, int, Action{int})"/> does the same at 1.5 kB of garbage and about 2 µs a loop,
/// this at 48 bytes and a fraction of a microsecond. Loops may be nested: whoever waits, waits only for iterations that
/// a running thread has begun.
/// </para>
/// <para>
/// The helpers are threads of their own, as many as any loop has asked for: one fewer than processors, usually. Those
/// of the thread pool are so many, and linger so long after their work, that a third thread often ran where there were
/// two processors: with these, a training step became up to a tenth faster.
/// </para>
/// </remarks>
internal sealed class SharedLoop
{
    // A loop stands here once for each helper it could use. One that has finished meanwhile costs a helper one look.
    private static readonly ConcurrentQueue<SharedLoop> s_waiting = new();
    private static readonly SemaphoreSlim s_waitingCount = new(0);
    private static int s_helpers;

    private readonly Action<int, int> _body;
    private readonly int _items;
    private readonly int _size;
    private readonly int _count;
    private int _next;
    private int _finished;
    private Exception? _error;

    private SharedLoop(int items, int size, int count, Action<int, int> body) =>
        (_items, _size, _count, _body) = (items, size, count, body);

    /// <summary>
    /// Runs <paramref name="body"/>(first, end) for 0 … items - 1 in ranges of <paramref name="size"/>, and returns
    /// when all have finished. They begin in order and end in any. Every range but the last has that size, whatever the
    /// number of threads.
    /// </summary>
    /// <exception cref="Exception">The first that a range threw, after all others have run.</exception>
    public static void For(int items, int size, int threads, Action<int, int> body)
    {
        int count = (items + size - 1) / size, helpers = Math.Min(threads, count) - 1;
        if (helpers <= 0)
        {
            for (int i = 0; i < items; i += size)
                body(i, Math.Min(items, i + size));
            return;
        }

        var loop = new SharedLoop(items, size, count, body);
        CallHelpers(loop, helpers);
        loop.Execute();

        // No helper is waited for that has not begun: all iterations are taken, some may still be running.
        WaitFor(ref loop._finished, count);
        if (loop._error is { } error)
            ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>
    /// Returns when a count that other threads increase has come so far: for waits that are short, because what is
    /// waited for is running.
    /// </summary>
    public static void WaitFor(ref int count, int enough)
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref count) < enough)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private static void CallHelpers(SharedLoop loop, int helpers)
    {
        while (Volatile.Read(ref s_helpers) is int there && there < helpers)
        {
            if (Interlocked.CompareExchange(ref s_helpers, there + 1, there) == there)
                new Thread(Help) { IsBackground = true, Name = $"{nameof(SharedLoop)} {there + 1}" }.UnsafeStart();
        }

        for (int i = 0; i < helpers; i++)
            s_waiting.Enqueue(loop);
        s_waitingCount.Release(helpers);
    }

    private static void Help()
    {
        while (true)
        {
            s_waitingCount.Wait(); // It spins for a while before it sleeps, and loops follow one another closely.
            if (s_waiting.TryDequeue(out SharedLoop? loop))
                loop.Execute();
        }
    }

    private void Execute()
    {
        for (int i; (i = Interlocked.Increment(ref _next) - 1) < _count;)
        {
            try
            {
                _body(i * _size, Math.Min(_items, (i + 1) * _size));
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref _error, error, null);
            }
            finally
            {
                Interlocked.Increment(ref _finished);
            }
        }
    }
}
