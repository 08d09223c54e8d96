using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>
/// The kernel in a process of its own, started by a connection file as any Jupyter client starts it. Needs no Python.
/// </summary>
internal sealed class KernelProcess : IAsyncDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private KernelProcess(JsonObject connection, Func<string, Process> start)
    {
        Connection = connection;
        string file = _temp.Write(connection.ToJsonString(), "connection.json");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Process = start(file);
        Process.OutputDataReceived += (_, _) => { };
        Process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) { _errors.Enqueue(text); } };
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>What the connection file says.</summary>
    public JsonObject Connection { get; }

    public string Key => Connection["key"]!.GetValue<string>();

    /// <summary>The lines that the kernel has written on its stderr.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    public static KernelProcess Start(JsonObject? connection = null) =>
        new(connection ?? NewConnection(),
            file => CourseProgram.Start(Path.GetDirectoryName(file)!, "kernel", "start", file));

    public static KernelProcess Start(Func<string, Process> start) => new(NewConnection(), start);

    /// <summary>What a client writes into a connection file, with five free ports.</summary>
    public static JsonObject NewConnection()
    {
        int[] ports = FreePorts.Find(5);
        return new JsonObject
        {
            ["transport"] = "tcp", ["ip"] = "127.0.0.1", ["signature_scheme"] = "hmac-sha256",
            ["key"] = Guid.NewGuid().ToString(),
            ["shell_port"] = ports[0], ["control_port"] = ports[1], ["stdin_port"] = ports[2],
            ["iopub_port"] = ports[3], ["hb_port"] = ports[4],
        };
    }

    public int Port(Channel channel) => Connection[channel.ToString().ToLowerInvariant() + "_port"]!.GetValue<int>();

    public string Address(Channel channel)
    {
        string ip = Connection["ip"]!.GetValue<string>();
        return ip.Contains(':', StringComparison.Ordinal)
            ? $"tcp://[{ip}]:{Port(channel)}"
            : $"tcp://{ip}:{Port(channel)}";
    }

    /// <summary>Waits for a line on stderr.</summary>
    public async Task<string> ErrorWithAsync(string text)
    {
        for (int i = 0; i < 600; i++)
        {
            if (Errors.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"The kernel has not said '{text}', but:\n{string.Join('\n', Errors)}");
        return "";
    }

    /// <summary>The exit code, once the process has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await Process.WaitForExitAsync(limit.Token);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
        _temp.Dispose();
    }
}
