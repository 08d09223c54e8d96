using NetMQ;
using NetMQ.Sockets;

namespace Notebooks.Jupyter;

/// <summary>Which socket a message belongs to.</summary>
public enum Channel
{
    /// <summary>Requests that run or ask about code, one after the other.</summary>
    Shell,

    /// <summary>Interrupt and shutdown, served while a cell runs.</summary>
    Control,

    /// <summary>Input that a cell asks the person for.</summary>
    Stdin,

    /// <summary>Output and status for everybody who listens.</summary>
    Iopub,
}

/// <summary>
/// The kernel's five sockets on a thread of their own. That thread only receives, checks and sends; it never runs code,
/// so heartbeat and control are answered whatever a cell is doing.
/// </summary>
public sealed class KernelSockets : IDisposable
{
    private readonly MessageSigner _signer;
    private readonly Action<Channel, JupyterMessage> _received;
    private readonly Action<string> _log;
    private readonly Dictionary<Channel, NetMQSocket> _sockets;
    private readonly ResponseSocket _heartbeat = new();
    private readonly NetMQQueue<(Channel Channel, JupyterMessage Message)> _outgoing = new();
    private readonly NetMQPoller _poller;

    /// <summary>Binds the sockets and starts serving them.</summary>
    /// <param name="connection">Where, and with which key.</param>
    /// <param name="received">Called on the sockets' thread for every good message; must return at once.</param>
    /// <param name="log">Told about every message that is dropped.</param>
    public KernelSockets(ConnectionFile connection, Action<Channel, JupyterMessage> received, Action<string> log)
    {
        _signer = new MessageSigner(connection.Key);
        _received = received;
        _log = log;
        _sockets = new Dictionary<Channel, NetMQSocket>
        {
            [Channel.Shell] = Bound(new RouterSocket(), connection.Address(connection.ShellPort)),
            [Channel.Control] = Bound(new RouterSocket(), connection.Address(connection.ControlPort)),
            [Channel.Stdin] = Bound(new RouterSocket(), connection.Address(connection.StdinPort)),
            [Channel.Iopub] = Bound(new PublisherSocket(), connection.Address(connection.IopubPort)),
        };
        Bound(_heartbeat, connection.Address(connection.HeartbeatPort));

        _poller = [_heartbeat, _outgoing];
        foreach (var (channel, socket) in _sockets.Where(pair => pair.Key != Channel.Iopub))
        {
            socket.ReceiveReady += (_, _) => Receive(channel, socket);
            _poller.Add(socket);
        }

        _heartbeat.ReceiveReady += (_, _) => Echo();
        _outgoing.ReceiveReady += (_, _) => SendWaiting();
        _poller.RunAsync("Jupyter sockets", isBackgroundThread: true);
    }

    /// <summary>Sends a message, in the order of the calls. May be called from any thread.</summary>
    public void Send(Channel channel, JupyterMessage message) => _outgoing.Enqueue((channel, message));

    /// <summary>Sends what still waits, then closes.</summary>
    public void Dispose()
    {
        _poller.Dispose(); // stops its thread
        SendWaiting();
        foreach (NetMQSocket socket in _sockets.Values.Append(_heartbeat))
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1); // the last reply still has to leave
            socket.Dispose();
        }

        _outgoing.Dispose();
    }

    private static TSocket Bound<TSocket>(TSocket socket, string address) where TSocket : NetMQSocket
    {
        socket.Options.SendHighWatermark = 0;    // an output is never silently dropped because a client is slow
        socket.Options.ReceiveHighWatermark = 0; // nor a request when a thousand come at once
        socket.Options.Linger = TimeSpan.Zero;
        socket.Bind(address);
        return socket;
    }

    private void Receive(Channel channel, NetMQSocket socket)
    {
        // A bounded number at a time, so that a flood on one socket leaves the others their turn.
        for (int i = 0; i < 100; i++)
        {
            List<byte[]> frames = [];
            if (!socket.TryReceiveMultipartBytes(ref frames)) { return; }

            JupyterMessage? message = JupyterMessage.Parse(frames, _signer, out string problem);
            if (message is null)
            {
                _log($"dropped a message on {channel}: {problem}");
                continue;
            }

            _received(channel, message);
        }
    }

    private void Echo()
    {
        List<byte[]> frames = [];
        if (_heartbeat.TryReceiveMultipartBytes(ref frames))
        {
            _heartbeat.TrySendMultipartBytes(frames);
        }
    }

    private void SendWaiting()
    {
        while (_outgoing.TryDequeue(out var next, TimeSpan.Zero))
        {
            // To a client that has gone the router drops the message: there is nobody left to tell.
            _sockets[next.Channel].TrySendMultipartBytes(next.Message.ToFrames(_signer));
        }
    }
}
