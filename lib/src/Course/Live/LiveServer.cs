using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace Course;

/// <summary>
/// The course in a browser: its pages, and kernels that run their cells. It listens to this machine alone
/// (<see cref="Gate"/> says to whom there).
/// </summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LiveKernels _kernels;
    private readonly Gate _gate;
    private readonly LiveApi _api;
    private readonly CancellationTokenSource _closing = new();

    private LiveServer(Repository repository, LiveSite site, string outFolder, int port, Action<string> log)
    {
        string token = Gate.NewSecret();
        (Site, Token, Address) = (site, token, new Uri($"http://127.0.0.1:{port}/"));
        _gate = new Gate(token, port);
        _kernels = new LiveKernels(repository.Notebooks, log);
        _api = new LiveApi(
            _kernels, new ContentsStore(repository, Path.Combine(outFolder, "mine")), new LiveProgress(repository));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, port, Plain);
            if (Socket.OSSupportsIPv6 && IsFree(IPAddress.IPv6Loopback, port))
            {
                options.Listen(IPAddress.IPv6Loopback, port, Plain);
            }
        });
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);

        static void Plain(ListenOptions options) => options.Protocols = HttpProtocols.Http1;
    }

    public LiveSite Site { get; }

    /// <summary>What a Jupyter client sends as "Authorization: token …".</summary>
    public string Token { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What a reader opens.</summary>
    public Uri AddressWithToken => new(Address, $"?token={Token}");

    /// <summary>An address that can be opened once, for a command line that others may read.</summary>
    public Uri AddressForOnce() => new(Address, $"?once={_gate.Invitation()}");

    /// <summary>Starts a server.</summary>
    /// <param name="repository">The course.</param>
    /// <param name="outFolder">Where its pages and the reader's own notebooks are written.</param>
    /// <param name="port">
    /// Where to listen; 0 for any free port. A browser keeps a reader's changes by address: it should stay the same.
    /// </param>
    /// <param name="log">Told what kernels say, and what goes wrong.</param>
    /// <exception cref="CourseException">The port is taken.</exception>
    public static async Task<LiveServer> StartAsync(
        Repository repository, string outFolder, int port, Action<string> log)
    {
        if (port == 0) { port = FreePort(); }

        var site = new LiveSite(repository, Path.Combine(outFolder, "open"));
        var server = new LiveServer(repository, site, outFolder, port, log);
        try { await server._app.StartAsync().ConfigureAwait(false); }
        catch (IOException problem)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new CourseException(
                $"Port {port} cannot be had: {problem.Message.TrimEnd('.')}. Another 'course open' may be running; " +
                "use its page, or choose another port with --port.");
        }

        _ = server._kernels.TidyAsync(server._closing.Token);
        return server;
    }

    /// <summary>Whether nobody listens at a port of this machine.</summary>
    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException) { return false; }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _kernels.DisposeAsync().ConfigureAwait(false); // its web sockets end with it
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = headers["Cross-Origin-Opener-Policy"] = "same-origin";
        string[] path = (request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (_gate.Refusal(request) is { } why)
        {
            await RefuseAsync(context, path, why).ConfigureAwait(false);
        }
        else if (path is ["api", .. var rest])
        {
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
            await _api.AnswerAsync(context, rest).ConfigureAwait(false);
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            await LiveApi.RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Pages are only read.")
                .ConfigureAwait(false);
        }
        else if (_gate.IsTokenInAddress(request)) { await AdmitAsync(context).ConfigureAwait(false); }
        else { await Site.ServeAsync(context).ConfigureAwait(false); }
    }

    /// <summary>A program reads JSON, a person a sentence.</summary>
    private static Task RefuseAsync(HttpContext context, string[] path, string why)
    {
        if (path is ["api", ..]) { return LiveApi.RefuseAsync(context, StatusCodes.Status403Forbidden, why); }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why);
    }

    /// <summary>
    /// Gives the cookie, and leads to the address without the token. By a page and not by a redirect: after a click in
    /// a page of another origin, such as an editor's terminal, the browser would send no strict cookie along.
    /// </summary>
    private Task AdmitAsync(HttpContext context)
    {
        _gate.Admit(context.Request, context.Response);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        string page = WebUtility.HtmlEncode("/" + context.Request.Path.Value!.TrimStart('/', '\\'));
        return context.Response.WriteAsync(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Transformers from Scratch</title>" +
            $"<meta http-equiv=\"refresh\" content=\"0;url={page}\"></head>" +
            $"<body><p><a href=\"{page}\">To the chapters</a></p></body></html>");
    }
}
