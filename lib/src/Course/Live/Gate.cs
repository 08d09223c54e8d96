using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Course;

/// <summary>
/// Who may come in. Whoever can speak to a kernel can run code as the reader, so a page of another site, a name that
/// was made to point to this machine, and another user of it must all stay outside. A reader's browser shows the token
/// once, in the address, and then a cookie that no script can read; a Jupyter client shows the token each time.
/// </summary>
/// <param name="token">The secret of this start of the server.</param>
/// <param name="port">Where it listens.</param>
internal sealed class Gate(string token, int port)
{
    /// <summary>
    /// A header that only a script of our own pages sends: a link or a form of a stored output cannot.
    /// </summary>
    public const string OwnHeader = "X-Course";

    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    // Not the token itself: browsers send cookies to every port of a machine.
    private readonly string _cookieName = $"course-{port}", _cookie = NewSecret();

    private string? _invitation;

    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}", $"[::1]:{port}"];

    /// <summary>256 random bits, in letters that an address may have.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// Something that opens the door once, for an address that other programs may see: that of a browser which is
    /// started stands in the list of processes, for every user of the machine.
    /// </summary>
    public string Invitation() => _invitation = NewSecret();

    /// <summary>Null for a request that may be answered; otherwise why it is refused.</summary>
    public string? Refusal(HttpRequest request)
    {
        // A name that somebody else's server gave out for 127.0.0.1 (DNS rebinding) is not one of ours.
        if (!_hosts.Contains(request.Headers.Host.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            return "This server answers to its own names only: 127.0.0.1, localhost and [::1], with its port.";
        }

        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0
            && !_hosts.Any(host => origin.Equals($"http://{host}", StringComparison.OrdinalIgnoreCase)))
        {
            return "The request comes from a page of another site.";
        }

        if (IsToken(request)) { return null; }

        if (!Same(request.Cookies[_cookieName], Encoding.UTF8.GetBytes(_cookie)))
        {
            return "The token is missing or wrong. Open the whole address that 'course open' has printed; it is " +
                "another one after each start.";
        }

        // With the cookie it is a browser. Cookies know neither ports nor who asks, so the browser has to say it.
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            return "The request comes from a page of another site.";
        }

        bool isSocket = request.HttpContext.WebSockets.IsWebSocketRequest;
        bool onlyReads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isSocket && origin.Length == 0 ? "A web socket must say which page opens it."
            : !onlyReads && request.Headers[OwnHeader].Count == 0 ? $"The header {OwnHeader} is missing."
            : null;
    }

    /// <summary>
    /// Whether the address itself has the token, or an invitation: a reader who opens it is given the cookie.
    /// </summary>
    public bool IsTokenInAddress(HttpRequest request) => Same(request.Query["token"], _token)
        || (_invitation is { } once && Same(request.Query["once"], Encoding.UTF8.GetBytes(once)));

    /// <summary>Gives the cookie. An invitation has been used then.</summary>
    public void Admit(HttpRequest request, HttpResponse response)
    {
        if (request.Query.ContainsKey("once")) { _invitation = null; }

        response.Cookies.Append(
            _cookieName, _cookie,
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });
    }

    private bool IsToken(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        string? shown = new[] { "token ", "Bearer " }
            .Where(scheme => header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            .Select(scheme => header[scheme.Length..].Trim()).FirstOrDefault();
        return Same(shown, _token) || IsTokenInAddress(request);
    }

    private static bool Same(string? shown, byte[] secret) =>
        shown is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), secret);
}
