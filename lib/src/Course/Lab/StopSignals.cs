using System.Runtime.InteropServices;

namespace Course;

/// <summary>Whoever ends a service or closes a terminal wants what Ctrl-C does: the step is ended, and a checkpoint
/// written.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration _ended, _closed;

    /// <param name="cancellation">What stops as well.</param>
    public StopSignals(CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        (_ended, _closed) = (Heed(PosixSignal.SIGTERM), Heed(PosixSignal.SIGHUP));
    }

    /// <summary>Stops at any of them.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _ended.Dispose();
        _closed.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration Heed(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        _stop.Cancel();
    });
}
