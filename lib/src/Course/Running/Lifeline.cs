using System.Diagnostics;
using System.IO.Pipes;

namespace Course;

/// <summary>
/// Ties a worker's life to that of the process that started it: a pipe that nobody writes to, whose reader sees its end
/// as soon as the writer is gone, however it went. Neither stdin, which cells and their children may read, nor the
/// parent's id, which outlives it until somebody has asked for its exit code, would do.
/// </summary>
internal sealed class Lifeline : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.Out, HandleInheritability.Inheritable);

    /// <summary>What to hand to the worker.</summary>
    public string End => _pipe.GetClientHandleAsString();

    /// <summary>To be called when the worker has been started and holds its end.</summary>
    public void Started() => _pipe.DisposeLocalCopyOfClientHandle();

    public void Dispose() => _pipe.Dispose();

    /// <summary>
    /// In the worker: ends this process at once when the other one has gone, whatever its cells are doing.
    /// </summary>
    public static void Hold(string end)
    {
        var pipe = new AnonymousPipeClientStream(PipeDirection.In, end);
        new Thread(() =>
        {
            try { pipe.ReadByte(); }
            catch (IOException) { /* a broken pipe says the same */ }

            Process.GetCurrentProcess().Kill(); // not Exit, which a cell may hold up
        })
        { IsBackground = true, Name = "Lifeline", Priority = ThreadPriority.AboveNormal }.Start();
    }
}
