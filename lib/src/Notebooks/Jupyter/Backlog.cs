using System.Diagnostics;
using NetMQ;

namespace Notebooks.Jupyter;

/// <summary>
/// What the kernel holds for clients that read more slowly than cells print. A cell waits for them; for one that has stopped
/// reading it does not wait for ever. NetMQ says nothing of what its queues hold, but it takes and returns the buffers in them.
/// </summary>
internal sealed class Backlog : IBufferPool
{
    /// <summary>How many messages wait for one client at most; what comes then it misses, and the others do not.</summary>
    public const int MostMessages = 500;

    private const int FramesOfAMessage = 6;
    private const int Few = 10 * FramesOfAMessage; // fewer are taken away by heartbeats and replies alone
    private const long Much = 64 * 1024 * 1024, MuchQueued = Much / 8;
    private const int Little = 256 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Action<string> _say;
    private long _frames, _bytes, _queued, _gone;
    private volatile int _stuck; // clients that have stopped reading: the queue of each is full, and stays so
    private volatile bool _over;

    /// <summary>Begins to count.</summary>
    /// <param name="say">Told once when a client has stopped reading.</param>
    public Backlog(Action<string> say)
    {
        _say = say;
        BufferPool.SetCustomBufferPool(this);
    }

    /// <summary>How many messages wait beside those in the queues of the stuck.</summary>
    private long Waiting => Interlocked.Read(ref _frames) / FramesOfAMessage - (long)_stuck * MostMessages;

    private bool IsLong => Waiting > MostMessages / 2 || _stuck == 0 && Interlocked.Read(ref _bytes) > Much;

    /// <summary>
    /// Whether an output should be sent; waits first while much waits already. False for a large one when a client has stopped
    /// reading: it would be kept in memory for that client.
    /// </summary>
    public bool Admits(long bytes)
    {
        while (Interlocked.Read(ref _queued) > MuchQueued && !_over) { Thread.Sleep(1); } // the sockets' thread always gets on

        while (_stuck > 0 && Waiting < -MostMessages / 2) { _stuck--; } // one reads again, or has gone

        long gone = Interlocked.Read(ref _gone);
        for (long start = Stopwatch.GetTimestamp(); IsLong && !_over; Thread.Sleep(1))
        {
            if (Stopwatch.GetElapsedTime(start) < s_patience) { continue; }

            if (Interlocked.Read(ref _gone) is var now && now - gone > Few) // they read, if slowly
            {
                (gone, start) = (now, Stopwatch.GetTimestamp());
                continue;
            }

            _stuck++;
            _say("A program that listens to this kernel has stopped reading. It misses what is shown from now on, until it reads; " +
                "all others miss large outputs only (more than 256 kB). Close it if it hangs.");
            break;
        }

        return _stuck == 0 || bytes <= Little || Interlocked.Read(ref _bytes) < Much;
    }

    /// <summary>A message is on its way to the sockets' thread, or, with a negative number, has arrived there.</summary>
    public void Queued(long bytes) => Interlocked.Add(ref _queued, bytes);

    public byte[] Take(int size)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _bytes, size);
        return new byte[size];
    }

    public void Return(byte[] buffer)
    {
        Interlocked.Decrement(ref _frames);
        Interlocked.Increment(ref _gone);
        Interlocked.Add(ref _bytes, -buffer.Length);
    }

    /// <summary>Nobody waits any more.</summary>
    public void Dispose() => _over = true;
}
