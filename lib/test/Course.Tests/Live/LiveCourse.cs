using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The real course behind a server, once for all tests that speak to it.</summary>
public sealed class LiveCourse : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private LiveServer? _server;
    private Task _made = Task.CompletedTask;

    internal LiveServer Server => _server!;

    /// <summary>Where its pages are written.</summary>
    public string Folder => _temp.Path;

    public async ValueTask InitializeAsync()
    {
        _server = await LiveServer.StartAsync(Repository.Find(), _temp.Path, 0, _ => { });
        _made = Task.Run(() => Server.Site.Make(_ => { }));
    }

    /// <summary>Opens a chapter as a reader does who has come by the address with the token.</summary>
    internal async Task<BrowserPage> OpenAsync(
        Chromium browser, string chapter, int width = 1280, bool dark = false)
    {
        await using (await browser.OpenAsync(Server.AddressWithToken, width, 900)) { } // gives the cookie
        BrowserPage tab = await browser.OpenAsync(new Uri(Server.Address, chapter + ".html"), width, 900, dark);
        await LivePage.Of(tab).ReadyAsync();
        return tab;
    }

    /// <summary>Fails where a script of the page has failed, or where it has asked for something elsewhere.</summary>
    internal void Faultless(BrowserPage tab) => LivePage.Of(tab).Faultless(Server.Address.AbsoluteUri, "file:");

    public async ValueTask DisposeAsync()
    {
        await _made;
        await Server.DisposeAsync();
        _temp.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class LiveCourseCollection : ICollectionFixture<LiveCourse>
{
    public const string Name = "the live course";
}

/// <summary>A Jupyter client of a live server, as a program has one: with the token and without a browser.</summary>
internal sealed class LiveClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket _socket = new();

    private LiveClient(HttpClient http, string kernel, string session) =>
        (Http, Kernel, Session) = (http, kernel, session);

    public HttpClient Http { get; }

    public string Kernel { get; }

    public string Session { get; }

    /// <summary>An HTTP client that shows the token.</summary>
    public static HttpClient HttpOf(LiveServer server) => HttpOf(server.Address, server.Token);

    /// <summary>An HTTP client that shows a token.</summary>
    public static HttpClient HttpOf(Uri address, string token)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = s_patience };
        http.DefaultRequestHeaders.Authorization = new("token", token);
        return http;
    }

    /// <summary>Connects to a kernel; to a new one if none is named.</summary>
    public static Task<LiveClient> ConnectAsync(LiveServer server, string? kernel = null, string? session = null) =>
        ConnectAsync(server.Address, server.Token, kernel, session);

    /// <summary>Connects to a kernel of a server that is known by its address and token.</summary>
    public static async Task<LiveClient> ConnectAsync(
        Uri address, string token, string? kernel = null, string? session = null)
    {
        HttpClient http = HttpOf(address, token);
        kernel ??= (await PostAsync(http, "api/kernels", []))["id"]!.GetValue<string>();
        var client = new LiveClient(http, kernel, session ?? Guid.NewGuid().ToString());
        client._socket.Options.SetRequestHeader("Authorization", $"token {token}");
        await client._socket.ConnectAsync(
            new Uri($"ws://{address.Authority}/api/kernels/{kernel}/channels?session_id={client.Session}"),
            CancellationToken.None);
        return client;
    }

    public static async Task<JsonNode> PostAsync(HttpClient http, string address, JsonObject body)
    {
        using HttpResponseMessage answer = await http.PostAsync(
            address, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>Sends a request; returns its id.</summary>
    public async Task<string> SendAsync(string type, JsonObject content, string channel = "shell")
    {
        string id = Guid.NewGuid().ToString();
        var message = new JsonObject
        {
            ["channel"] = channel, ["content"] = content, ["metadata"] = new JsonObject(),
            ["parent_header"] = new JsonObject(), ["buffers"] = new JsonArray(),
            ["header"] = new JsonObject
            {
                ["msg_id"] = id, ["msg_type"] = type, ["session"] = Session, ["username"] = "test",
                ["version"] = "5.3", ["date"] = "2026-01-01T00:00:00Z",
            },
        };
        await _socket.SendAsync(
            Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        return id;
    }

    /// <summary>Runs a cell; its reply, and all messages that it caused.</summary>
    public async Task<(JsonNode Reply, IReadOnlyList<JsonNode> Shown)> RunAsync(string code) =>
        await EndOfAsync(await SendAsync("execute_request", KernelClient.Code(code)));

    /// <summary>Waits for the end of a cell.</summary>
    public async Task<(JsonNode Reply, IReadOnlyList<JsonNode> Shown)> EndOfAsync(string id)
    {
        JsonNode? reply = null;
        var shown = new List<JsonNode>();
        bool isIdle = false;
        while (reply is null || !isIdle)
        {
            JsonNode message = await NextAsync();
            if (message["parent_header"]!["msg_id"]?.GetValue<string>() != id) { continue; }

            if (message["channel"]!.GetValue<string>() == "shell") { reply = message["content"]; }
            else { shown.Add(message); }

            isIdle |= message["content"]!["execution_state"]?.GetValue<string>() == "idle";
        }

        return (reply, shown);
    }

    /// <summary>The printed text among messages.</summary>
    public static string Printed(IEnumerable<JsonNode> messages) => string.Concat(
        messages.Where(message => message["header"]!["msg_type"]!.GetValue<string>() == "stream")
            .Select(message => message["content"]!["text"]!.GetValue<string>()));

    /// <summary>The next message of any kind.</summary>
    public async Task<JsonNode> NextAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        byte[] buffer = new byte[64 * 1024];
        using var whole = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonNode.Parse(whole.ToArray())!;
    }

    /// <summary>Waits for a message.</summary>
    public async Task<JsonNode> NextAsync(Func<JsonNode, bool> wanted)
    {
        while (true)
        {
            if (await NextAsync() is var message && wanted(message)) { return message; }
        }
    }

    /// <summary>Goes away without a word, and leaves the kernel.</summary>
    public void Vanish() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        using HttpResponseMessage answer = await Http.DeleteAsync($"api/kernels/{Kernel}");
        Assert.True(answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound);
        Http.Dispose();
    }
}
