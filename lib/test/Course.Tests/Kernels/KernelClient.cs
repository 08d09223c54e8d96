using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>A front end, as the kernel sees it. To be used by one thread.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly KernelProcess _kernel;
    private readonly MessageSigner _signer;
    private readonly DealerSocket _shell = new(), _control = new(), _stdin = new();
    private readonly SubscriberSocket _iopub = new();

    /// <param name="kernel">To whom it speaks.</param>
    /// <param name="listens">Whether it listens to what cells show.</param>
    /// <param name="room">How many of the messages that it has not read yet it takes in; 0 for any number.</param>
    public KernelClient(KernelProcess kernel, bool listens = true, int room = 0)
    {
        _kernel = kernel;
        _signer = new MessageSigner(kernel.Key);
        byte[] identity = Guid.NewGuid().ToByteArray();
        identity[0] = 1; // ZeroMQ keeps those that begin with 0 to itself
        foreach (var (socket, channel) in new[] { (_shell, Channel.Shell), (_control, Channel.Control),
            (_stdin, Channel.Stdin) })
        {
            socket.Options.Identity = identity;
            socket.Options.Linger = TimeSpan.Zero;
            socket.Options.IPv4Only = false;
            socket.Connect(kernel.Address(channel));
        }

        _iopub.Options.Linger = TimeSpan.Zero;
        _iopub.Options.IPv4Only = false;
        _iopub.Options.ReceiveHighWatermark = room;
        if (room > 0) { _iopub.Options.ReceiveBuffer = 64 * 1024; }

        if (!listens) { return; }

        _iopub.Subscribe("");
        _iopub.Connect(kernel.Address(Channel.Iopub));
        WaitUntilHeard();
    }

    public static JsonObject Code(string code, bool stopOnError = true) => new()
    {
        ["code"] = code, ["silent"] = false, ["store_history"] = true, ["user_expressions"] = new JsonObject(),
        ["allow_stdin"] = false, ["stop_on_error"] = stopOnError,
    };

    /// <summary>Sends a message; returns its id.</summary>
    public string Send(Channel channel, string type, JsonObject content)
    {
        JupyterMessage message = JupyterMessage.Unasked(type, content);
        SocketOf(channel).SendMultipartBytes(message.ToFrames(_signer));
        return message.Header["msg_id"]!.GetValue<string>();
    }

    /// <summary>Sends four frames as they are, with a good signature.</summary>
    public void SendSigned(Channel channel, params byte[][] json) =>
        SendFrames(channel, ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(_signer.Sign(json)), .. json]);

    public void SendFrames(Channel channel, IReadOnlyList<byte[]> frames) =>
        SocketOf(channel).SendMultipartBytes(frames);

    /// <summary>The next message, or null where none comes in time.</summary>
    public JupyterMessage? Next(Channel channel, TimeSpan patience)
    {
        List<byte[]> frames = [];
        NetMQSocket socket = channel == Channel.Iopub ? _iopub : SocketOf(channel);
        if (!socket.TryReceiveMultipartBytes(patience, ref frames)) { return null; }

        JupyterMessage? message = JupyterMessage.Parse(frames, _signer, out string problem);
        Assert.True(
            message?.Unreadable is null && problem.Length == 0,
            "The kernel sent what cannot be read: " + problem + message?.Unreadable);
        return message;
    }

    /// <summary>The reply to a message.</summary>
    public JsonObject ReplyTo(string id, Channel channel = Channel.Shell) => Answer(channel, id).Content;

    /// <summary>Runs a cell; its reply, and what it showed until it was over.</summary>
    public (JsonObject Reply, IReadOnlyList<JupyterMessage> Shown) Run(string code)
    {
        string id = Send(Channel.Shell, "execute_request", Code(code));
        JsonObject reply = ReplyTo(id);
        var shown = new List<JupyterMessage>();
        while (true)
        {
            JupyterMessage message = Answer(Channel.Iopub, id);
            if (message.Content["execution_state"]?.GetValue<string>() == "idle") { return (reply, shown); }

            shown.Add(message);
        }
    }

    /// <summary>The text of a cell's value, which says that the kernel is well.</summary>
    public string ValueOf(string code)
    {
        var (reply, shown) = Run(code);
        return shown.FirstOrDefault(
            message => message.Type == "execute_result")?.Content["data"]?["text/plain"]?.GetValue<string>()
                ?? reply.ToJsonString();
    }

    public void Dispose()
    {
        foreach (NetMQSocket socket in new NetMQSocket[] { _shell, _control, _stdin, _iopub }) { socket.Dispose(); }
    }

    /// <summary>A subscription needs a moment to arrive; what is shown before is not heard.</summary>
    private void WaitUntilHeard()
    {
        for (int i = 0; i < 600; i++)
        {
            string id = Send(Channel.Control, "kernel_info_request", []);
            ReplyTo(id, Channel.Control);
            for (JupyterMessage? heard; (heard = Next(Channel.Iopub, TimeSpan.FromMilliseconds(100))) is not null;)
            {
                if (IdOf(heard) == id) { return; }
            }
        }

        Assert.Fail("The kernel's outputs are not heard.");
    }

    private JupyterMessage Answer(Channel channel, string id)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            if (Next(channel, TimeSpan.FromSeconds(1)) is { } message && IdOf(message) == id) { return message; }

            Assert.False(_kernel.Process.HasExited, "The kernel has ended:\n" + string.Join('\n', _kernel.Errors));
        }

        Assert.Fail($"No answer on {channel}. The kernel said:\n{string.Join('\n', _kernel.Errors)}");
        throw new UnreachableException();
    }

    private static string? IdOf(JupyterMessage message) => message.ParentHeader["msg_id"]?.GetValue<string>();

    private DealerSocket SocketOf(Channel channel) =>
        channel switch { Channel.Shell => _shell, Channel.Control => _control, _ => _stdin };
}
