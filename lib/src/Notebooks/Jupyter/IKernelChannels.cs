namespace Notebooks.Jupyter;

/// <summary>
/// How a client speaks to a kernel, whatever lies between them: it sends on a channel, and is called for what comes
/// back (which whoever made the channels has said). <see cref="ClientSockets"/> is the kernel in another process.
/// </summary>
public interface IKernelChannels : IDisposable
{
    /// <summary>Sends a message; from any thread, in the order of the calls. Once closed, does nothing.</summary>
    void Send(Channel channel, JupyterMessage message);
}
