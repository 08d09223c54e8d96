using System.Net.Sockets;
using NetMQ;
using NetMQ.Sockets;

namespace Notebooks.Jupyter;

/// <summary>
/// The client's end of a kernel's sockets, on a thread of its own: what <see cref="KernelSockets"/> answers to. The
/// kernel is a process that was started with the same connection file.
/// </summary>
public sealed class ClientSockets : IKernelChannels
{
    private readonly MessageSigner _signer;
    private readonly Dictionary<Channel, NetMQSocket> _sockets = [];
    private readonly NetMQQueue<(NetMQSocket Socket, IReadOnlyList<byte[]> Frames)> _outgoing = new();
    private readonly NetMQPoller _poller;
    private readonly Lock _gate = new();
    private bool _closed;

    /// <summary>Connects. A kernel that does not listen yet receives what was sent when it does.</summary>
    /// <param name="connection">Where the kernel listens, and with which key.</param>
    /// <param name="received">Called on the sockets' thread for every good message; must return at once.</param>
    public ClientSockets(ConnectionFile connection, Action<Channel, JupyterMessage> received)
    {
        _signer = new MessageSigner(connection.Key);
        _poller = [_outgoing];
        byte[] identity = Guid.NewGuid().ToByteArray();
        identity[0] = 1; // ZeroMQ keeps those that begin with 0 to itself
        foreach (var (channel, port) in connection.Ports())
        {
            NetMQSocket socket = channel == Channel.Iopub ? new SubscriberSocket() : new DealerSocket();
            socket.Options.Linger = TimeSpan.Zero;
            socket.Options.IPv4Only = connection.Ip.AddressFamily != AddressFamily.InterNetworkV6;
            if (socket is SubscriberSocket subscriber) { subscriber.SubscribeToAnyTopic(); }
            else { socket.Options.Identity = identity; } // stdin finds the one who asked on shell by it

            socket.Connect(connection.Address(port));
            socket.ReceiveReady += (_, _) => Receive(channel, socket, received);
            _sockets[channel] = socket;
            _poller.Add(socket);
        }

        _outgoing.ReceiveReady += (_, _) =>
        {
            while (_outgoing.TryDequeue(out var next, TimeSpan.Zero))
            {
                next.Socket.TrySendMultipartBytes(next.Frames);
            }
        };
        _poller.RunAsync("Jupyter client", isBackgroundThread: true);
    }

    public void Send(Channel channel, JupyterMessage message)
    {
        IReadOnlyList<byte[]> frames = message.ToFrames(_signer);
        lock (_gate)
        {
            if (!_closed) { _outgoing.Enqueue((_sockets[channel], frames)); }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) { return; }

            _closed = true;
        }

        _poller.Dispose(); // stops its thread
        foreach (NetMQSocket socket in _sockets.Values) { socket.Dispose(); }

        _outgoing.Dispose();
    }

    private void Receive(Channel channel, NetMQSocket socket, Action<Channel, JupyterMessage> received)
    {
        List<byte[]> frames = [];
        while (socket.TryReceiveMultipartBytes(ref frames))
        {
            // What is not signed with our key is not from our kernel.
            if (JupyterMessage.Parse(frames, _signer, out _) is { Unreadable: null } message)
            {
                received(channel, message);
            }

            frames = [];
        }
    }
}
