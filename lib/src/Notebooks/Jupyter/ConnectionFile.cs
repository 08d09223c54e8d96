using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// What a Jupyter client tells a kernel it starts: where to listen and with which key to sign
/// (jupyter_client documentation, "Connection files").
/// </summary>
public sealed record ConnectionFile(
    IPAddress Ip, int ShellPort, int ControlPort, int StdinPort, int IopubPort, int HeartbeatPort, string Key)
{
    private const string Advice = "A Jupyter client writes this file and passes its path: start the kernel from one.";

    /// <summary>Reads a connection file.</summary>
    /// <exception cref="InvalidDataException">It cannot be read or served; the message says why.</exception>
    public static ConnectionFile Load(string path)
    {
        try
        {
            return From(ForeignJson.ReadFile(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable("is not there", missing);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw Unusable(Directory.Exists(path) ? "is a folder" : "may not be read by this user", refused);
        }
        catch (Exception problem)
            when (problem is IOException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            throw Unusable($"cannot be used: {problem.Message.TrimEnd('.')}", problem);
        }

        InvalidDataException Unusable(string why, Exception inner) =>
            new($"The connection file {Quoted.Of(path, 300)} {why}. {Advice}", inner);
    }

    /// <summary>What a client of this machine writes for a kernel that it starts: five free ports, a new key.</summary>
    public static ConnectionFile ForThisMachine()
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            foreach (TcpListener listener in listeners) { listener.Start(); } // all at once: no port twice

            int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
            return new ConnectionFile(
                IPAddress.Loopback, ports[0], ports[1], ports[2], ports[3], ports[4],
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
        finally
        {
            foreach (TcpListener listener in listeners) { listener.Dispose(); }
        }
    }

    /// <summary>Writes the file, for its owner's eyes only.</summary>
    public void Save(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(new JsonObject
        {
            ["transport"] = "tcp", ["ip"] = Ip.ToString(), ["signature_scheme"] = "hmac-sha256", ["key"] = Key,
            ["shell_port"] = ShellPort, ["control_port"] = ControlPort, ["stdin_port"] = StdinPort,
            ["iopub_port"] = IopubPort, ["hb_port"] = HeartbeatPort,
        }.ToJsonString());
    }

    /// <summary>The port of each channel.</summary>
    public IEnumerable<(Channel Channel, int Port)> Ports() =>
    [
        (Channel.Shell, ShellPort), (Channel.Control, ControlPort), (Channel.Stdin, StdinPort),
        (Channel.Iopub, IopubPort),
    ];

    /// <summary>The address of a socket, only ever at the address the client named.</summary>
    public string Address(int port) =>
        Ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"tcp://[{Ip}]:{port}" : $"tcp://{Ip}:{port}";

    /// <summary>
    /// How others might come to run code as this user, for what the client wrote is served all the same, as in
    /// Jupyter's own kernels.
    /// </summary>
    public IEnumerable<string> Warnings(string path)
    {
        if (Key.Length == 0)
        {
            yield return "warning: the connection file has no key, so messages are not signed, and every user of " +
                "this machine can run code as you.";
        }

        if (!IPAddress.IsLoopback(Ip))
        {
            yield return $"warning: the kernel listens at {Ip}, to other machines too. Messages are signed but not " +
                "encrypted: whoever sees them can read them. Prefer 127.0.0.1.";
        }

        if (ModeOf(path) is { } mode
            && (mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0)
        {
            yield return $"warning: others may use {Quoted.Of(path, 300)}, and whoever reads its key can run code as " +
                $"you. Run: chmod 600 '{Quoted.Of(path, 300)}'";
        }
    }

    private static ConnectionFile From(JsonObject file)
    {
        string transport = Text("transport", "tcp"), scheme = Text("signature_scheme", "hmac-sha256"),
            key = Text("key", "");
        if (transport != "tcp")
        {
            throw new InvalidDataException(
                $"its transport is '{Quoted.Of(transport, 40)}', and this kernel speaks tcp only");
        }

        if (scheme != "hmac-sha256")
        {
            throw new InvalidDataException(
                $"its signature_scheme is '{Quoted.Of(scheme, 40)}', and this kernel signs with hmac-sha256 only");
        }

        IPAddress ip = AddressOf(Text("ip", "127.0.0.1"));
        if (key.Length == 0 && !IPAddress.IsLoopback(ip))
        {
            throw new InvalidDataException(
                $"it has no key, and its ip is {ip}: everybody who reaches this machine could run code on it. Set a " +
                "key, or the ip to 127.0.0.1");
        }

        int[] ports =
            [Port("shell_port"), Port("control_port"), Port("stdin_port"), Port("iopub_port"), Port("hb_port")];
        return ports.Distinct().Count() == ports.Length
            ? new ConnectionFile(ip, ports[0], ports[1], ports[2], ports[3], ports[4], key)
            : throw new InvalidDataException("two of its five ports are the same");

        string Text(string name, string otherwise) => file[name] switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue(out string? text) => text,
            var other => throw new InvalidDataException(
                $"its {name} is {Quoted.Of(other.ToJsonString(), 40)} and not a text"),
        };

        int Port(string name) => file[name] is not { } found ? throw new InvalidDataException($"it has no {name}")
            : found is JsonValue value && value.TryGetValue(out int port) && port is > 0 and <= ushort.MaxValue ? port
            : throw new InvalidDataException(
                $"its {name} is {Quoted.Of(found.ToJsonString(), 40)} and not a port, a number from 1 to 65535");
    }

    private static IPAddress AddressOf(string ip) => ip switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.TryParse(ip, out IPAddress? address)
            ? address
            : throw new InvalidDataException($"its ip is '{Quoted.Of(ip, 40)}' and not an IP address"),
    };

    /// <summary>
    /// Who may use a file; null on Windows, where Jupyter keeps it in the user's own profile, and where it has gone.
    /// </summary>
    private static UnixFileMode? ModeOf(string path)
    {
        try { return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path); }
        catch (IOException) { return null; }
    }
}
