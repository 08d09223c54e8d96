using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Notebooks.Jupyter;

namespace Course;

/// <summary>The web socket between a front end and its kernel.</summary>
internal static class Channels
{
    /// <summary>Hands messages to and fro until one of the two ends goes.</summary>
    public static async Task ServeAsync(HttpContext context, LiveKernel kernel)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await LiveApi.RefuseAsync(context, 400, "The channels of a kernel are a web socket.").ConfigureAwait(false);
            return;
        }

        bool binary = context.WebSockets.WebSocketRequestedProtocols.Contains(WebSocketFormat.Binary);
        string session = context.Request.Query["session_id"].ToString() is { Length: > 0 } name
            ? name : Guid.NewGuid().ToString();
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext
            {
                SubProtocol = binary ? WebSocketFormat.Binary : null, KeepAliveInterval = TimeSpan.FromSeconds(30),
            }).ConfigureAwait(false);
        var listener = new Listener(session, binary);
        kernel.Audience.Add(listener);
        try
        {
            await Task.WhenAny(
                SendAsync(socket, listener), ReceiveAsync(socket, kernel, listener, context.RequestAborted))
                .ConfigureAwait(false);
        }
        finally
        {
            kernel.Audience.Remove(listener);
            listener.Close();
            socket.Abort();
        }
    }

    private static async Task SendAsync(WebSocket socket, Listener listener)
    {
        try
        {
            await foreach (byte[] message in listener.Messages.ConfigureAwait(false))
            {
                await socket.SendAsync(
                    message, listener.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text,
                    endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
                listener.Sent(message);
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await (listener.IsLost
                ? socket.CloseOutputAsync(
                    WebSocketCloseStatus.MessageTooBig, "This page reads more slowly than the cell shows.",
                    patience.Token)
                : socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "The kernel has gone.", patience.Token))
                .ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException)
        {
            // The page has gone.
        }
    }

    private static async Task ReceiveAsync(
        WebSocket socket, LiveKernel kernel, Listener listener, CancellationToken cancellation)
    {
        byte[] buffer = new byte[64 * 1024];
        using var whole = new MemoryStream();
        try
        {
            while (true)
            {
                WebSocketReceiveResult part = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close) { return; }

                whole.Write(buffer, 0, part.Count);
                if (whole.Length > JupyterMessage.MaxBytes) { return; } // no cell is so long
                if (!part.EndOfMessage) { continue; }

                var (channel, message) = WebSocketFormat.Read(
                    whole.GetBuffer().AsSpan(0, (int)whole.Length),
                    listener.IsBinary && part.MessageType == WebSocketMessageType.Binary);
                whole.SetLength(0);
                kernel.Send(listener, channel, message);
            }
        }
        catch (Exception problem)
            when (problem is WebSocketException or OperationCanceledException or IOException or InvalidDataException)
        {
            // It has gone, or speaks something else.
        }
    }
}
