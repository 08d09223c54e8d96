using System.Net;
using System.Text.Json;

namespace Notebooks.Jupyter;

/// <summary>
/// What a Jupyter client tells a kernel it starts: where to listen and with which key to sign
/// (jupyter_client documentation, "Connection files").
/// </summary>
public sealed record ConnectionFile(
    string Transport, string Ip, int ShellPort, int ControlPort, int StdinPort, int IopubPort, int HeartbeatPort,
    string Key, string SignatureScheme)
{
    /// <summary>Reads a connection file.</summary>
    /// <exception cref="InvalidDataException">The file is missing a field or holds one this kernel cannot serve; the message says which.</exception>
    public static ConnectionFile Load(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            int Port(string name) => root.GetProperty(name).GetInt32();
            string Text(string name, string otherwise) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? otherwise : otherwise;

            var file = new ConnectionFile(
                Text("transport", "tcp"), Text("ip", "127.0.0.1"),
                Port("shell_port"), Port("control_port"), Port("stdin_port"), Port("iopub_port"), Port("hb_port"),
                Text("key", ""), Text("signature_scheme", "hmac-sha256"));
            file.Validate(path);
            return file;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"The connection file {path} cannot be read: {problem.Message} A Jupyter client writes it and passes its path; start the kernel from one.",
                problem);
        }
    }

    /// <summary>Null, or why somebody else could read the key: whoever has it can run code as you.</summary>
    public static string? WarnIfReadableByOthers(string path)
    {
        if (OperatingSystem.IsWindows()) { return null; } // Jupyter keeps the file in the user's own profile there.

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return (File.GetUnixFileMode(path) & others) == 0
            ? null
            : $"warning: others may read {path}, and whoever reads its key can run code as you. Run: chmod 600 \"{path}\"";
    }

    /// <summary>The address of a socket, only ever at the address the client named.</summary>
    public string Address(int port) => $"tcp://{Ip}:{port}";

    private void Validate(string path)
    {
        if (Transport != "tcp")
        {
            throw new InvalidDataException($"{path}: transport '{Transport}' is not served here; this kernel speaks tcp.");
        }

        if (!IPAddress.TryParse(Ip, out _))
        {
            throw new InvalidDataException($"{path}: '{Ip}' is not an IP address.");
        }

        if (SignatureScheme != "hmac-sha256")
        {
            throw new InvalidDataException($"{path}: signature scheme '{SignatureScheme}' is not known here; this kernel signs with hmac-sha256.");
        }
    }
}
