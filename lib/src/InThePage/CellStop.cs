using Shared;

namespace Notebooks.InThePage;

/// <summary>
/// The stop button, for the one cell that runs. Nothing can be said to a worker while it computes, so the cell looks
/// itself: where it turns a loop, shows something, or takes a step of a training.
/// </summary>
internal sealed class CellStop : IDisposable
{
    private const int Glance = 200; // milliseconds between two looks, which are requests

    private readonly CancellationTokenSource _source = new();
    private readonly Func<bool> _isAsked;
    private readonly TimeSpan _grace;
    private long _looked = Environment.TickCount64, _asked;

    /// <param name="isAsked">Whether the reader has pressed the button.</param>
    /// <param name="grace">How long the cell may take to end by itself before it is stopped by force.</param>
    public CellStop(Func<bool> isAsked, TimeSpan grace)
    {
        (_isAsked, _grace) = (isAsked, grace);
        StopPoint.Look = Look;
        AppContext.SetData(HostNames.Look, StopPoint.Look);
    }

    /// <summary>Cancelled once the button was pressed and the cell has looked.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Looks, unless it has just done so.</summary>
    public void Look()
    {
        long now = Environment.TickCount64;
        if (now - _looked < Glance) { return; }

        _looked = now;
        if (_source.IsCancellationRequested)
        {
            if (now - _asked >= _grace.TotalMilliseconds) { CellScope.Current?.Stop(); }
        }
        else if (_isAsked())
        {
            _asked = now;
            _source.Cancel();
        }
    }

    public void Dispose()
    {
        _looked = long.MaxValue; // what the cell has left running may still show something
        StopPoint.Look = null;
        AppContext.SetData(HostNames.Look, null);
        _source.Dispose();
    }
}
