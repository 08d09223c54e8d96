using System.Text.Json.Nodes;
using NetMQ.Sockets;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>
/// Outputs of any length, and listeners of any slowness, leave the kernel serving, with bounded memory.
/// </summary>
public class OutputBoundsTests
{
    private const int Huge = 170_000_000; // more than .NET's JSON writes as one text

    [Fact]
    public async Task A_text_of_170_million_characters_is_cut_with_a_sentence_wherever_it_appears()
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        const string said = "[These are the first 10,000,000 of 170,000,000 characters.]";
        string huge = $"new string('x', {Huge})";

        string value = client.ValueOf(huge);
        Assert.EndsWith("x\n" + said, value, StringComparison.Ordinal);
        Assert.Equal(10_000_000, value.IndexOf('\n', StringComparison.Ordinal));

        JupyterMessage display = Assert.Single(
            client.Run($"display({huge});").Shown, message => message.Type == "display_data");
        Assert.EndsWith(said, Plain(display), StringComparison.Ordinal);

        JupyterMessage html = Assert.Single(
            client.Run($"display(HTML({huge}));").Shown, message => message.Type == "display_data");
        Assert.Null(html.Content["data"]!["text/html"]);
        Assert.StartsWith("[170,000,000 characters of text/html are left out", Plain(html), StringComparison.Ordinal);

        var (reply, shown) = client.Run($"throw new Exception({huge});");
        JupyterMessage error = Assert.Single(shown, message => message.Type == "error");
        Assert.EndsWith(
            "[These are the first 100,000 of 170,000,000 characters.]", error.Content["evalue"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.Equal(error.Content["evalue"]!.GetValue<string>(), reply["evalue"]!.GetValue<string>());
        Assert.InRange(error.Content["traceback"]!.ToJsonString().Length, 1, 200_000);

        JupyterMessage[] printed =
            [.. client.Run($"Console.Write({huge});").Shown.Where(message => message.Type == "stream")];
        Assert.All(printed, message => Assert.InRange(Text(message).Length, 0, 64 * 1024));
        Assert.Contains(printed, message => Text(message).Contains("the rest is left out", StringComparison.Ordinal));

        string expression = client.Send(
            Channel.Shell, "execute_request",
            new JsonObject { ["code"] = "", ["user_expressions"] = new JsonObject { ["e"] = huge } });
        Assert.EndsWith(
            said, client.ReplyTo(expression)["user_expressions"]!["e"]!["data"]!["text/plain"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.Equal("42", client.ValueOf("6 * 7"));
    }

    [Fact]
    public async Task Half_characters_leave_as_replacement_characters_and_whole_ones_whole()
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        Assert.Equal("a\ufffdb", client.ValueOf("\"a\\ud83db\""));
        Assert.Equal(
            "\ufffd",
            Plain(Assert.Single(client.Run("display(\"\\ude00\");").Shown, message => message.Type == "display_data")));
        Assert.Equal("\ufffd", client.Run("throw new Exception(\"\\ud83d\");").Reply["evalue"]!.GetValue<string>());
        Assert.Equal("\ufffd", Printed(client, "Console.Write('\\ud83d');"));

        // Longer than the moment for which printed text is gathered, and over the length of one message.
        Assert.Equal(
            "😀", Printed(client, "Console.Write('\\ud83d'); await Task.Delay(300); Console.Write('\\ude00');"));
        Assert.Equal(
            "x" + string.Concat(Enumerable.Repeat("😀", 100_000)),
            Printed(client, "Console.Write(\"x\" + string.Concat(Enumerable.Repeat(\"😀\", 100_000)));"));
    }

    [Fact]
    public async Task A_listener_that_never_reads_costs_bounded_memory_and_takes_nothing_from_one_that_does()
    {
        await using var kernel = KernelProcess.Start();
        using SubscriberSocket stuck = Stuck(kernel);
        using var client = new KernelClient(kernel);
        Assert.Equal("42", client.ValueOf("6 * 7"));
        await Task.Delay(500);
        kernel.Process.Refresh();
        long before = kernel.Process.WorkingSet64, most = 0;

        // 500 MB, a hundred thousand characters at a time: more than one cell may print, so they are shown.
        string id = client.Send(
            Channel.Shell, "execute_request",
            // The cell collects now and then: else the collector decides how much of what is free the process keeps.
            KernelClient.Code("""
                for (int i = 0; i < 5000; i++)
                {
                    display(new string((char)('a' + i % 26), 100_000));
                    if (i % 250 == 0) { GC.Collect(); }
                }
                """));
        int displays = 0, warnings = 0;
        for (bool over = false; !over;)
        {
            JupyterMessage message = client.Next(Channel.Iopub, TimeSpan.FromMinutes(1))
                ?? throw new TimeoutException("Nothing is shown any more.");
            if (message.Type == "display_data") { displays++; }

            if (message.Type == "stream" && Text(message).Contains("has stopped reading", StringComparison.Ordinal))
            {
                warnings++;
            }

            over = message.Type == "status" && message.Content["execution_state"]!.GetValue<string>() == "idle"
                && message.ParentHeader["msg_id"]!.GetValue<string>() == id;
            kernel.Process.Refresh();
            most = Math.Max(most, kernel.Process.WorkingSet64);
        }

        Assert.Equal(5000, displays); // whoever reads misses nothing
        Assert.Equal(1, warnings);
        Assert.Equal("ok", client.ReplyTo(id)["status"]!.GetValue<string>());
        // Without a bound all 500 MB would wait.
        Assert.True(most - before < 300_000_000, $"{(most - before) / 1e6:N0} MB more than before");
        Assert.Single(kernel.Errors, line => line.Contains("has stopped reading", StringComparison.Ordinal));
        // Once it has gone, large outputs come again, and nothing of what waited for it is kept.
        stuck.Dispose();
        await Task.Delay(500);
        var (reply, shown) = client.Run("for (int i = 0; i < 100; i++) display(new string('x', 1_000_000));");
        Assert.Equal("ok", reply["status"]!.GetValue<string>());
        Assert.Equal(100, shown.Count(message => message.Type == "display_data"));
        Assert.DoesNotContain(shown, message => message.Type == "stream");
    }

    [Fact]
    public async Task A_listener_that_pauses_misses_nothing_while_another_has_stopped_reading()
    {
        await using var kernel = KernelProcess.Start();
        using SubscriberSocket stuck = Stuck(kernel);
        using var client = new KernelClient(kernel, room: 1);
        await Task.Delay(500);
        string id = client.Send(
            Channel.Shell, "execute_request",
            KernelClient.Code("for (int i = 0; i < 3000; i++) display(new string((char)('a' + i % 26), 20_000));"));
        int displays = 0, warnings = 0;
        for (bool over = false; !over;)
        {
            JupyterMessage message = client.Next(Channel.Iopub, TimeSpan.FromMinutes(1))
                ?? throw new TimeoutException("Nothing is shown any more.");
            if (message.Type == "display_data") { displays++; }

            if (message.Type == "stream" && Text(message).Contains("has stopped reading", StringComparison.Ordinal))
            {
                warnings++;
                // Long enough for all that the cell can show to come, short enough not to be taken for stuck.
                await Task.Delay(2000);
            }

            over = message.Type == "status" && message.Content["execution_state"]!.GetValue<string>() == "idle"
                && message.ParentHeader["msg_id"]!.GetValue<string>() == id;
        }

        Assert.Equal((3000, 1), (displays, warnings));
    }

    /// <summary>A listener that takes in next to nothing and never reads.</summary>
    private static SubscriberSocket Stuck(KernelProcess kernel)
    {
        var stuck = new SubscriberSocket();
        stuck.Options.ReceiveHighWatermark = 1;
        stuck.Options.ReceiveBuffer = 64 * 1024;
        stuck.Options.Linger = TimeSpan.Zero;
        stuck.SubscribeToAnyTopic();
        stuck.Connect(kernel.Address(Channel.Iopub));
        return stuck;
    }

    private static string Plain(JupyterMessage message) => message.Content["data"]!["text/plain"]!.GetValue<string>();

    private static string Text(JupyterMessage message) => message.Content["text"]!.GetValue<string>();

    private static string Printed(KernelClient client, string code) =>
        string.Concat(client.Run(code).Shown.Where(message => message.Type == "stream").Select(Text));
}
