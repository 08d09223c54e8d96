using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>Whatever a connection file says, the kernel serves it, or ends with a sentence.</summary>
public class ConnectionFileTests
{
    [Theory]
    [InlineData("shell_port", "70000", "its shell_port is 70000 and not a port")]
    [InlineData("shell_port", "-1", "its shell_port is -1 and not a port")]
    [InlineData("hb_port", "0", "its hb_port is 0 and not a port")]
    [InlineData("hb_port", "1e99", "its hb_port is 1e99 and not a port")]
    [InlineData("stdin_port", "\"abc\"", "its stdin_port is \"abc\" and not a port")]
    [InlineData("iopub_port", "[1]", "its iopub_port is [1] and not a port")]
    [InlineData("control_port", "null", "it has no control_port")]
    [InlineData("transport", "\"ipc\"", "its transport is 'ipc'")]
    [InlineData("transport", "7", "its transport is 7 and not a text")]
    [InlineData("signature_scheme", "\"hmac-md5\"", "its signature_scheme is 'hmac-md5'")]
    [InlineData("key", "{}", "its key is {} and not a text")]
    [InlineData("ip", "\"nowhere\"", "its ip is 'nowhere' and not an IP address")]
    [InlineData("ip", "\"a\\u001b[2J\"", "its ip is 'a\\u001b[2J' and not an IP address")]
    public void A_field_that_cannot_be_served_is_named(string field, string value, string said)
    {
        JsonObject connection = Good();
        connection[field] = JsonNode.Parse(value);
        Refused(connection.ToJsonString(), said);
    }

    [Theory]
    [InlineData("", "cannot be used")]
    [InlineData("nonsense", "cannot be used")]
    [InlineData("[]", "it is a list and not an object")]
    [InlineData("null", "it has no shell_port")]
    [InlineData("{\"key\":\"\\ud800\"}", "half a character")]
    [InlineData("{\"key\":\"a\",\"key\":\"b\"}", "uplicate")]
    public void A_file_that_is_no_connection_file_is_refused(string text, string said) => Refused(text, said);

    [Fact]
    public void Two_ports_that_are_the_same_are_refused()
    {
        JsonObject connection = Good();
        connection["hb_port"] = connection["shell_port"]!.DeepClone();
        Refused(connection.ToJsonString(), "two of its five ports are the same");
    }

    [Fact]
    public void A_file_that_is_absent_or_a_folder_or_endless_is_refused()
    {
        using var temp = new TempFolder();
        Says(temp.File("absent.json"), "is not there");
        Says(temp.File("no", "folder", "absent.json"), "is not there");
        Says(temp.Path, "is a folder");
        Says(temp.Write(new string(' ', 2_000_000), "long.json"), "longer than such a file can be");
        if (OperatingSystem.IsLinux()) { Says("/dev/zero", "longer than such a file can be"); }
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public void Without_a_key_it_listens_to_this_machine_alone(string ip)
    {
        JsonObject connection = Good();
        connection["ip"] = ip;
        Assert.Contains(
            Loaded(connection, out string path).Warnings(path),
            warning => warning.Contains("to other machines too", StringComparison.Ordinal));
        connection["key"] = "";
        Refused(connection.ToJsonString(), "everybody who reaches this machine could run code on it");
    }

    [Theory]
    [InlineData("127.0.0.1", "tcp://127.0.0.1:1001")]
    [InlineData("localhost", "tcp://127.0.0.1:1001")]
    [InlineData("::1", "tcp://[::1]:1001")]
    public void An_address_of_this_machine_is_served_without_a_warning(string ip, string address)
    {
        JsonObject connection = Good();
        connection["ip"] = ip;
        ConnectionFile file = Loaded(connection, out string path);
        Assert.Equal(address, file.Address(file.ShellPort));
        Assert.Empty(file.Warnings(path));
    }

    [Fact]
    public void An_empty_key_and_a_file_that_others_can_read_are_warned_of()
    {
        JsonObject connection = Good();
        connection["key"] = "";
        ConnectionFile file = Loaded(connection, out string path);
        Assert.Contains("not signed", Assert.Single(file.Warnings(path)), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) { return; }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains(
            file.Warnings(path), warning => warning.Contains($"chmod 600 '{path}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_ends_the_kernel_with_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        JsonObject connection = KernelProcess.NewConnection();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        connection["iopub_port"] = port;
        await EndsWithAsync(
            connection, $"The kernel cannot listen at 127.0.0.1, port {port} (iopub_port in its connection file): ");

        // And one of another kernel.
        await using var kernel = KernelProcess.Start();
        using (new KernelClient(kernel)) { }
        connection["iopub_port"] = kernel.Port(Channel.Shell);
        await EndsWithAsync(connection, "(iopub_port in its connection file): ");
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_the_kernel_with_a_sentence()
    {
        JsonObject connection = KernelProcess.NewConnection();
        connection["ip"] = "192.0.2.1";
        await EndsWithAsync(connection, "This machine has no such address");
    }

    [Fact]
    public async Task Port_70000_ends_the_kernel_with_a_sentence()
    {
        JsonObject connection = KernelProcess.NewConnection();
        connection["shell_port"] = 70000;
        await EndsWithAsync(connection, "its shell_port is 70000 and not a port, a number from 1 to 65535");
    }

    [Fact]
    public async Task IPv6_is_served()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        JsonObject connection = KernelProcess.NewConnection();
        connection["ip"] = "::1";
        await using var kernel = KernelProcess.Start(connection);
        using var client = new KernelClient(kernel);
        Assert.Equal("42", client.ValueOf("6 * 7"));
    }

    private static async Task EndsWithAsync(JsonObject connection, string said)
    {
        await using var kernel = KernelProcess.Start(connection);
        Assert.Equal(1, await kernel.EndAsync());
        await kernel.ErrorWithAsync(said);
        Assert.DoesNotContain(kernel.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    private static JsonObject Good() => new()
    {
        ["transport"] = "tcp", ["ip"] = "127.0.0.1", ["signature_scheme"] = "hmac-sha256", ["key"] = "secret",
        ["shell_port"] = 1001, ["control_port"] = 1002, ["stdin_port"] = 1003, ["iopub_port"] = 1004,
        ["hb_port"] = 1005,
    };

    private static ConnectionFile Loaded(JsonObject connection, out string path)
    {
        path = Path.Combine(Directory.CreateTempSubdirectory("course-tests-").FullName, "connection.json");
        File.WriteAllText(path, connection.ToJsonString());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return ConnectionFile.Load(path);
    }

    private static void Refused(string text, string said)
    {
        using var temp = new TempFolder();
        Says(temp.Write(text, "connection.json"), said);
    }

    private static void Says(string path, string said)
    {
        string message = Assert.Throws<InvalidDataException>(() => ConnectionFile.Load(path)).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains("start the kernel from one", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 0, 600);
        Assert.DoesNotContain('\u001b', message);
    }
}
