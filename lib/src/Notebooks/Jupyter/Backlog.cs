using System.Collections.Concurrent;
using System.Diagnostics;
using NetMQ;

namespace Notebooks.Jupyter;

/// <summary>
/// What the kernel holds for clients that read more slowly than cells print. A cell waits for them; for one that has
/// stopped reading it does not wait for ever. NetMQ says nothing of what its queues hold, but it takes and returns the
/// buffers in them.
/// </summary>
internal sealed class Backlog : IBufferPool
{
    /// <summary>
    /// How many messages wait for one client at most; what comes then it misses, and the others do not.
    /// </summary>
    public const int MostMessages = 500;

    // NetMQ may think a queue full when half of it has been read: it learns of that in lumps.
    private const int MostAhead = MostMessages / 2;
    private const int FramesOfAMessage = 6;
    private const int Few = 10 * FramesOfAMessage; // fewer are taken away by heartbeats and replies alone
    private const long Much = 64 * 1024 * 1024, MuchQueued = Much / 8;
    private const int Little = 256 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static long t_sending; // the number of the message that this thread sends to all; 0 for none

    private readonly Action<string> _say;
    private readonly ConcurrentDictionary<byte[], long> _messageOf = []; // by buffer that waits
    private long _frames, _bytes, _queued, _gone;
    // The numbers of the last message that was shown, sent, and taken by all who read.
    private long _shown, _sent, _read;
    private volatile bool _isStuck; // a client has stopped reading: its queue is full, and stays so
    private volatile bool _over;

    /// <summary>Begins to count.</summary>
    /// <param name="say">Told once when a client has stopped reading.</param>
    public Backlog(Action<string> say)
    {
        _say = say;
        BufferPool.SetCustomBufferPool(this);
    }

    // A message that has gone was taken by all for whom it waited, and so was each before it, but for what waits for
    // the stuck.
    private bool IsLong => Interlocked.Read(ref _shown) - Interlocked.Read(ref _read) > MostAhead
        || !_isStuck && Interlocked.Read(ref _bytes) > Much;

    /// <summary>
    /// Whether an output should be sent; waits first while much waits already. False for a large one when a client has
    /// stopped reading: it would be kept in memory for that client.
    /// </summary>
    public bool Admits(long bytes)
    {
        // The sockets' thread always gets on.
        while (Interlocked.Read(ref _queued) > MuchQueued && !_over) { Thread.Sleep(1); }

        // The queue of a client that stopped holds more than half of what it may: with less, it reads again or has
        // gone.
        _isStuck &= Interlocked.Read(ref _frames) / FramesOfAMessage >= MostAhead / 2;

        long gone = Interlocked.Read(ref _gone);
        for (long start = Stopwatch.GetTimestamp(); IsLong && !_over; Thread.Sleep(1))
        {
            if (Stopwatch.GetElapsedTime(start) < s_patience) { continue; }

            if (Interlocked.Read(ref _gone) is var now && now - gone > Few) // they read, if slowly
            {
                (gone, start) = (now, Stopwatch.GetTimestamp());
                continue;
            }

            // All others have read what there is. What the stuck client still has room for is less than they may be
            // behind.
            _isStuck = true;
            Interlocked.Exchange(ref _read, Interlocked.Read(ref _shown));
            _say(
                "A program that listens to this kernel has stopped reading. It misses what is shown from now on, " +
                "until it reads; " +
                "all others miss large outputs only (more than 256 kB). Close it if it hangs.");
            break;
        }

        return !_isStuck || bytes <= Little || Interlocked.Read(ref _bytes) < Much;
    }

    /// <summary>A message is on its way to the sockets' thread.</summary>
    public void Queue(long bytes, bool toAll)
    {
        Interlocked.Add(ref _queued, bytes);
        if (toAll) { Interlocked.Increment(ref _shown); }
    }

    /// <summary>A message has arrived on the sockets' thread, which sends it.</summary>
    public void Send(long bytes, bool toAll, Action send)
    {
        Interlocked.Add(ref _queued, -bytes);
        t_sending = toAll ? ++_sent : 0;
        try { send(); }
        finally { t_sending = 0; }
    }

    public byte[] Take(int size)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _bytes, size);
        byte[] buffer = new byte[size];
        if (t_sending > 0) { _messageOf[buffer] = t_sending; }

        return buffer;
    }

    public void Return(byte[] buffer)
    {
        Interlocked.Decrement(ref _frames);
        Interlocked.Increment(ref _gone);
        Interlocked.Add(ref _bytes, -buffer.Length);
        if (!_messageOf.TryRemove(buffer, out long message)) { return; }

        for (long read = Interlocked.Read(ref _read); message > read;)
        {
            long now = Interlocked.CompareExchange(ref _read, message, read);
            if (now == read) { break; }

            read = now;
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Dispose() => _over = true;
}
