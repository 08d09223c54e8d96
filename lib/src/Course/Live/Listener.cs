using System.Threading.Channels;
using Notebooks.Jupyter;
using Channel = Notebooks.Jupyter.Channel;

namespace Course;

/// <summary>A client of a kernel behind a web socket: what waits to be sent to it.</summary>
/// <param name="session">How the client names itself; it keeps the name when it comes back.</param>
/// <param name="binary">Whether it speaks the binary protocol.</param>
internal sealed class Listener(string session, bool binary)
{
    /// <summary>Bytes that may wait for one client. One that reads more slowly than that is let go.</summary>
    private const long Most = 64 * 1024 * 1024;

    private readonly Channel<byte[]> _waiting = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
    private long _bytes;

    public string Session => session;

    public bool IsBinary => binary;

    /// <summary>Whether it has stopped reading.</summary>
    public bool IsLost => Interlocked.Read(ref _bytes) > Most;

    /// <summary>What is to be sent, in order; ends when the client is lost or the server closes.</summary>
    public IAsyncEnumerable<byte[]> Messages => _waiting.Reader.ReadAllAsync();

    public void Post(Channel channel, JupyterMessage message)
    {
        byte[] bytes = WebSocketFormat.Write(channel, message, binary);
        Interlocked.Add(ref _bytes, bytes.Length);
        if (IsLost) { Close(); }
        else { _waiting.Writer.TryWrite(bytes); }
    }

    /// <summary>A message has left.</summary>
    public void Sent(byte[] bytes) => Interlocked.Add(ref _bytes, -bytes.Length);

    public void Close() => _waiting.Writer.TryComplete();
}
