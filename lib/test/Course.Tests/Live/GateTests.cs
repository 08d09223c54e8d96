using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Course.Tests;

/// <summary>Who stays outside, and why nothing of what they ask is done.</summary>
[Collection(LiveCourseCollection.Name)]
public class GateTests(LiveCourse course)
{
    private LiveServer Server => course.Server;

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/assets/site.css")]
    [InlineData("/api")]
    [InlineData("/api/kernels")]
    [InlineData("/api/contents")]
    public async Task Without_the_token_or_with_a_wrong_one_nothing_is_answered(string path)
    {
        Assert.Equal(403, await AskAsync(path));
        Assert.Equal(403, await AskAsync(path + "?token=" + new string('0', 64)));
        Assert.Equal(403, await AskAsync(path, ("Authorization", "token nonsense")));
        Assert.Equal(403, await AskAsync(path, ("Cookie", $"course-{Server.Address.Port}={Server.Token}")));
        Assert.Equal(200, await AskAsync(path, ("Authorization", "token " + Server.Token)));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.1.evil.example:{port}")]
    public async Task Another_name_for_this_machine_is_refused_even_with_the_token(string host)
    {
        host = host.Replace("{port}", Server.Address.Port.ToString(), StringComparison.Ordinal);
        Assert.Equal(403, await AskAsync("/api/kernels", ("Host", host), ("Authorization", "token " + Server.Token)));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1:{port}")]
    public async Task A_page_of_another_origin_is_refused_even_with_the_token(string origin)
    {
        origin = origin.Replace("{port}", Server.Address.Port.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            403, await AskAsync("/api/kernels", ("Origin", origin), ("Authorization", "token " + Server.Token)));
    }

    [Fact]
    public async Task The_token_is_changed_for_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        using var http = Browser();
        using HttpResponseMessage first = await http.GetAsync("?token=" + Server.Token);
        string cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Server.Token, cookie);
        Assert.DoesNotContain(Server.Token, await first.Content.ReadAsStringAsync());

        (string, string) mine = ("Cookie", cookie.Split(';')[0]);
        string own = $"http://127.0.0.1:{Server.Address.Port}";
        Assert.Equal(200, await AskAsync("/index.html", mine));
        Assert.Equal(200, await AskAsync("/index.html", mine, ("Sec-Fetch-Site", "none")));
        Assert.Equal(200, await AskAsync("/api/kernels", mine, ("Sec-Fetch-Site", "same-origin")));
        // A page on another port of this machine is the same site: the browser sends it our cookie.
        Assert.Equal(403, await AskAsync("/api/kernels", mine, ("Sec-Fetch-Site", "same-site")));
        Assert.Equal(403, await AskAsync("/api/kernels", mine, ("Sec-Fetch-Site", "cross-site")));
        // A link's ping or a form of a stored output comes from our own page, but without our header.
        Assert.Equal(403, await AskAsync("POST", "/api/kernels", mine, ("Origin", own)));
        Assert.Equal(403, await AskAsync("POST", "/api/kernels", mine, ("Origin", "null"), ("X-Course", "1")));
        Assert.Equal(403, await AskAsync("DELETE", "/api/kernels/x", mine, ("Origin", own)));
        Assert.Equal(404, await AskAsync("DELETE", "/api/kernels/x", mine, ("Origin", own), ("X-Course", "1")));
    }

    [Fact]
    public async Task The_way_in_leads_to_a_page_of_the_server_and_nowhere_else()
    {
        using var http = Browser();
        foreach (string path in (string[])["//evil.example/", "/\\evil.example/", "/%5Cevil.example"])
        {
            using HttpResponseMessage answer = await http.GetAsync(
                new Uri($"{Server.Address.AbsoluteUri.TrimEnd('/')}{path}?token={Server.Token}"));
            Assert.DoesNotContain("=//", await answer.Content.ReadAsStringAsync());
            Assert.Contains("0;url=/evil.example", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task No_kernel_is_started_and_none_is_spoken_to_by_those_outside()
    {
        await using LiveClient inside = await LiveClient.ConnectAsync(Server);
        int before = (await inside.Http.GetStringAsync("api/kernels")).Split("\"id\"").Length;
        Assert.Equal(403, await AskAsync("POST", "/api/kernels"));
        Assert.Equal(before, (await inside.Http.GetStringAsync("api/kernels")).Split("\"id\"").Length);
        string cookie = await CookieAsync();
        await RefusesSocketAsync(null, null);
        await RefusesSocketAsync(cookie, null); // a browser always says where the page is from
        await RefusesSocketAsync(cookie, "https://evil.example");
        await RefusesSocketAsync(cookie, "null");
        using ClientWebSocket good = await SocketAsync(cookie, $"http://127.0.0.1:{Server.Address.Port}");
        Assert.Equal(WebSocketState.Open, good.State);
        good.Abort();

        async Task RefusesSocketAsync(string? shown, string? origin)
        {
            var problem = await Assert.ThrowsAsync<WebSocketException>(() => SocketAsync(shown, origin));
            Assert.Contains("403", problem.Message);
        }

        async Task<ClientWebSocket> SocketAsync(string? shown, string? origin)
        {
            var socket = new ClientWebSocket();
            if (shown is not null) { socket.Options.SetRequestHeader("Cookie", shown); }
            if (origin is not null) { socket.Options.SetRequestHeader("Origin", origin); }

            await socket.ConnectAsync(
                new Uri($"ws://{Server.Address.Authority}/api/kernels/{inside.Kernel}/channels"),
                CancellationToken.None);
            return socket;
        }
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/..%2f..%2f..%2fglobal.json")]
    [InlineData("/assets/%5c..%5c..%5cglobal.json")]
    [InlineData("/api/contents/../../global.json")]
    [InlineData("/api/contents/..%2f..%2fglobal.json")]
    [InlineData("/api/contents/%2e%2e/data/expected.json")]
    [InlineData("/api/contents/mine/..%2f..%2f..%2fglobal.json")]
    [InlineData("/api/contents/README.md")]
    [InlineData("/assets/site.css%00.html")]
    public async Task No_path_leads_out(string path)
    {
        int status = await AskAsync(path, ("Authorization", "token " + Server.Token));
        Assert.True(status is 400 or 404, $"{status}");
    }

    [Theory]
    [InlineData("/api/contents/mine/..%2fout.ipynb")]
    [InlineData("/api/contents/mine/..%5cout.ipynb")]
    [InlineData("/api/contents/../out.ipynb")]
    [InlineData("/api/contents/mine/.hidden.ipynb")]
    [InlineData("/api/contents/01-attention.ipynb")]
    public async Task Nothing_is_written_outside_the_readers_place(string path)
    {
        int status = await AskAsync("PUT", path, ("Authorization", "token " + Server.Token));
        Assert.True(status is 400 or 403 or 404, $"{status}");
        Assert.False(File.Exists(Path.Combine(Repository.Find().Root, "out.ipynb")));
    }

    [Fact]
    public async Task Pages_may_not_be_framed_nor_guessed_nor_read_by_other_origins()
    {
        using HttpClient http = LiveClient.HttpOf(Server);
        foreach (string path in (string[])["index.html", "api/kernels", "assets/site.js"])
        {
            using HttpResponseMessage answer = await http.GetAsync(path);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.Contains(
                "frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public void It_listens_to_this_machine_alone()
    {
        foreach (IPAddress address in Dns.GetHostAddresses(Dns.GetHostName())
            .Where(each => !IPAddress.IsLoopback(each)))
        {
            using var socket = new TcpClient(address.AddressFamily);
            Assert.ThrowsAny<SocketException>(() => socket.Connect(address, Server.Address.Port));
        }
    }

    private async Task<string> CookieAsync()
    {
        using var http = Browser();
        using HttpResponseMessage first = await http.GetAsync("?token=" + Server.Token);
        return Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    private HttpClient Browser() => new(new HttpClientHandler { UseCookies = false }) { BaseAddress = Server.Address };

    private Task<int> AskAsync(string path, params (string, string)[] headers) => AskAsync("GET", path, headers);

    /// <summary>The status of an answer to a request that is written by hand: no client may tidy it up.</summary>
    private async Task<int> AskAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Address.Port);
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if (method != "GET") { text.Append("Content-Length: 0\r\n"); }
        if (headers.All(header => header.Name != "Host")) { text.Append($"Host: {Server.Address.Authority}\r\n"); }
        foreach (var (name, value) in headers) { text.Append($"{name}: {value}\r\n"); }

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text.Append("\r\n").ToString()));
        using var reader = new StreamReader(client.GetStream());
        string line = (await reader.ReadLineAsync())!;
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
