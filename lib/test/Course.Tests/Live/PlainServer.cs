using System.Net;

namespace Course.Tests;

/// <summary>A static web server that does nothing but send files, below a path of its own.</summary>
internal sealed class PlainServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private long _sent;

    public PlainServer(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Address = new Uri($"http://127.0.0.1:{FreePorts.Find(1)[0]}/courses/csharp/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>How many bytes of files it has sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try { context = await _listener.GetContextAsync(); }
            catch (Exception problem) when (problem is HttpListenerException or ObjectDisposedException) { return; }

            _ = Task.Run(() => SendAsync(context));
        }
    }

    private async Task SendAsync(HttpListenerContext context)
    {
        using HttpListenerResponse response = context.Response;
        string path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath[Address.AbsolutePath.Length..]);
        string file = Path.Combine(_folder, path);
        if (!File.Exists(file))
        {
            response.StatusCode = 404;
            return;
        }

        byte[] bytes = await File.ReadAllBytesAsync(file);
        response.ContentType = Path.GetExtension(file) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".json" => "application/json",
            ".woff2" => "font/woff2",
            _ => "application/octet-stream",
        };
        response.ContentLength64 = bytes.Length;
        try
        {
            await response.OutputStream.WriteAsync(bytes);
            Interlocked.Add(ref _sent, bytes.Length);
        }
        catch (HttpListenerException) { } // the page has gone meanwhile
    }
}
