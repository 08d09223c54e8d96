using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The DevTools protocol over a web socket: commands with numbered answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = [];
    private readonly CancellationTokenSource _closing = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    /// <summary>Session, method and parameters of everything that happens.</summary>
    public event Action<string, string, JsonObject>? Happened;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(s_patience);
        tools._reading = tools.ReadAsync();
        return tools;
    }

    public async Task<JsonObject> SendAsync(string method, JsonObject parameters, string? session = null)
    {
        int id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new TaskCompletionSource<JsonObject>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null) { message["sessionId"] = session; }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true,
                _closing.Token);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(s_patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        try { await _reading; }
        catch (Exception closed)
            when (closed is OperationCanceledException or WebSocketException)
        { /* the browser is on its way out */ }

        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            using var text = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer, _closing.Token);
                text.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close) { return; }

            JsonObject message = JsonNode.Parse(text.ToArray())!.AsObject();
            if (message["id"] is { } id)
            {
                if (_waiting.TryRemove(id.GetValue<int>(), out var answer))
                {
                    if (message["error"] is { } error)
                    {
                        answer.TrySetException(new InvalidOperationException(error.ToJsonString()));
                    }
                    else { answer.TrySetResult(message["result"]!.AsObject()); }
                }
            }
            else
            {
                Happened?.Invoke(
                    message["sessionId"]?.GetValue<string>() ?? "", message["method"]!.GetValue<string>(),
                    message["params"]!.AsObject());
            }
        }
    }
}
