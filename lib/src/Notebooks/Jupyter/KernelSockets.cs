using System.Net.Sockets;
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
/// so heartbeat and control are answered whatever a cell is doing. Nothing that arrives, or is to be sent, can end it.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private const int MostReplies = 10_000, MostRequests = 1000; // that wait on one connection
    private const int AtATime = 100; // so that a flood on one socket leaves the others their turn

    private readonly ConnectionFile _connection;
    private readonly MessageSigner _signer;
    private readonly Action<Channel, JupyterMessage> _received;
    private readonly Action<string> _log;
    private readonly Backlog _backlog;
    private readonly List<NetMQSocket> _bound = [];
    private readonly Dictionary<Channel, NetMQSocket> _sockets = [];
    private readonly NetMQQueue<(NetMQSocket Socket, IReadOnlyList<byte[]> Frames, long Bytes)> _outgoing;
    private readonly NetMQPoller _poller;
    private readonly Lock _gate = new();
    private bool _closed;

    /// <summary>Binds the sockets. Clients can connect, and what they send waits for <see cref="Start"/>.</summary>
    /// <param name="connection">Where, and with which key.</param>
    /// <param name="received">Called on the sockets' thread for every good message; must return at once.</param>
    /// <param name="log">Told about every message that is dropped.</param>
    /// <param name="sayToAll">Told what everybody who listens should know.</param>
    /// <exception cref="IOException">An address cannot be served; the message is a sentence that says why.</exception>
    public KernelSockets(
        ConnectionFile connection, Action<Channel, JupyterMessage> received, Action<string> log,
        Action<string> sayToAll)
    {
        _connection = connection;
        _signer = new MessageSigner(connection.Key);
        _received = received;
        _log = log;
        _backlog = new Backlog(sayToAll);
        try
        {
            _sockets[Channel.Shell] = Bound("shell_port", connection.ShellPort, () => new RouterSocket());
            _sockets[Channel.Control] = Bound("control_port", connection.ControlPort, () => new RouterSocket());
            _sockets[Channel.Stdin] = Bound("stdin_port", connection.StdinPort, () => new RouterSocket());
            _sockets[Channel.Iopub] = Bound("iopub_port", connection.IopubPort, () => new PublisherSocket());
            NetMQSocket heartbeat = Bound("hb_port", connection.HeartbeatPort, () => new ResponseSocket());
            _outgoing = new();
            _poller = [heartbeat, _outgoing];
            heartbeat.ReceiveReady += (_, _) => Guarded(() => Echo(heartbeat));
        }
        catch (SocketException problem)
        {
            CloseSockets();
            throw new IOException(
                $"The kernel cannot open its sockets: {problem.Message.TrimEnd('.')}. " +
                $"{Advice(problem.SocketErrorCode)}", problem);
        }
        catch (IOException)
        {
            CloseSockets();
            throw;
        }

        foreach (var (channel, socket) in _sockets.Where(pair => pair.Key != Channel.Iopub))
        {
            socket.ReceiveReady += (_, _) => Guarded(() => Receive(channel, socket));
            _poller.Add(socket);
        }

        _outgoing.ReceiveReady += (_, _) => Guarded(() => SendWaiting(AtATime));
    }

    /// <summary>Begins to receive and send, on a thread of its own.</summary>
    public void Start() => _poller.RunAsync("Jupyter sockets", isBackgroundThread: true);

    /// <summary>
    /// Sends a message, in the order of the calls. May be called from any thread, and does nothing once the sockets are
    /// closed.
    /// </summary>
    public void Send(Channel channel, JupyterMessage message)
    {
        // Written here and not on the sockets' thread, which is everybody's.
        IReadOnlyList<byte[]> frames = message.ToFrames(_signer);
        Enqueue(channel, frames, Size(frames));
    }

    /// <summary>
    /// Sends what a cell shows to all who listen. Waits while they read more slowly than the cell prints.
    /// </summary>
    public void Show(JupyterMessage output)
    {
        IReadOnlyList<byte[]> frames = output.ToFrames(_signer);
        long bytes = Size(frames);
        if (_backlog.Admits(bytes)) { Enqueue(Channel.Iopub, frames, bytes); }
    }

    /// <summary>Sends what still waits, then closes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) { return; }

            _closed = true;
        }

        _backlog.Dispose();
        _poller.Dispose(); // stops its thread
        Guarded(() => SendWaiting(int.MaxValue));
        CloseSockets();
        _outgoing.Dispose();
    }

    private static long Size(IReadOnlyList<byte[]> frames) => frames.Sum(frame => (long)frame.Length);

    private void Enqueue(Channel channel, IReadOnlyList<byte[]> frames, long bytes)
    {
        lock (_gate)
        {
            if (_closed) { return; }

            _backlog.Queue(bytes, toAll: channel == Channel.Iopub);
            _outgoing.Enqueue((_sockets[channel], frames, bytes));
        }
    }

    private NetMQSocket Bound(string name, int port, Func<NetMQSocket> create)
    {
        NetMQSocket socket = create();
        _bound.Add(socket);

        // Above these marks a sender of requests waits; a client that does not read what is sent to it misses the rest.
        socket.Options.SendHighWatermark = socket is PublisherSocket ? Backlog.MostMessages : MostReplies;
        socket.Options.ReceiveHighWatermark = MostRequests;
        socket.Options.MaxMsgSize = 8L * JupyterMessage.MaxBytes; // a frame beyond this is not even received
        socket.Options.IPv4Only = _connection.Ip.AddressFamily != AddressFamily.InterNetworkV6;
        try
        {
            socket.Bind(_connection.Address(port));
            return socket;
        }
        catch (NetMQException problem)
        {
            SocketError error = (problem.InnerException as SocketException)?.SocketErrorCode
                ?? (SocketError)problem.ErrorCode;
            throw new IOException(
                $"The kernel cannot listen at {_connection.Ip}, port {port} ({name} in its connection file): " +
                $"{new SocketException((int)error).Message.TrimEnd('.')}. {Advice(error)}", problem);
        }
    }

    private static string Advice(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            "Another program listens there: start the kernel anew from its client, which then chooses other ports.",
        SocketError.AccessDenied => "Ports below 1024 are for the system: name others.",
        SocketError.AddressNotAvailable => "This machine has no such address: name one of its own, such as 127.0.0.1.",
        SocketError.TooManyOpenSockets => "No file handles are left: close programs, or allow more (ulimit -n 1024).",
        _ => "Start the kernel anew from its client.",
    };

    private void CloseSockets()
    {
        foreach (NetMQSocket socket in _bound)
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1); // the last reply still has to leave
            socket.Dispose();
        }
    }

    private void Guarded(Action serve)
    {
        try { serve(); }
        catch (Exception problem)
        {
            _log($"the sockets go on after {problem.GetType().Name}: {Quoted.Of(problem.Message, 200)}");
        }
    }

    private void Receive(Channel channel, NetMQSocket socket)
    {
        for (int i = 0; i < AtATime; i++)
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

    private static void Echo(NetMQSocket heartbeat)
    {
        List<byte[]> frames = [];
        if (heartbeat.TryReceiveMultipartBytes(ref frames))
        {
            heartbeat.TrySendMultipartBytes(frames);
        }
    }

    private void SendWaiting(int most)
    {
        for (int i = 0; i < most && _outgoing.TryDequeue(out var next, TimeSpan.Zero); i++)
        {
            // To a client that has gone the router drops the message: there is nobody left to tell.
            _backlog.Send(
                next.Bytes, next.Socket is PublisherSocket, () => next.Socket.TrySendMultipartBytes(next.Frames));
        }
    }
}
