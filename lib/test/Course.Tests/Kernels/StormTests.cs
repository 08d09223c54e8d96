using System.Diagnostics;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>
/// Many requests, and interrupts at any time: every request is answered, and the kernel goes on or ends as it was told.
/// </summary>
public class StormTests
{
    [Fact]
    public async Task Every_request_of_two_clients_is_answered_under_two_hundred_interrupts()
    {
        const int requests = 500, interrupts = 200;
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        Assert.Equal("42", client.ValueOf("6 * 7"));

        // Each client on a thread of its own, as its sockets ask for.
        Task<Dictionary<string, int>>[] clients =
            [.. Enumerable.Range(0, 2)
                .Select(
                    seed => Task.Factory.StartNew(
                        () => Storm(kernel, seed, requests), TaskCreationOptions.LongRunning))];
        var random = new Random(7);
        for (int i = 0; i < interrupts; i++)
        {
            Thread.Sleep(random.Next(20));
            string id = client.Send(Channel.Control, "interrupt_request", []);
            Assert.Equal("ok", client.ReplyTo(id, Channel.Control)["status"]!.GetValue<string>());
        }

        foreach (Dictionary<string, int> answered in await Task.WhenAll(clients))
        {
            Assert.Equal(requests, answered.Values.Sum());
            Assert.Subset(new HashSet<string> { "ok", "error", "aborted" }, answered.Keys.ToHashSet());
        }

        Assert.Equal("42", client.ValueOf("6 * 7"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(250)]
    [InlineData(700)]
    public async Task An_interrupt_while_the_first_cell_waits_for_the_warm_up_is_answered_and_the_kernel_goes_on(
        int delay)
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel, listens: false);
        string first = client.Send(
            Channel.Shell, "execute_request",
            KernelClient.Code(
                "while (true) { await Task.Delay(5, " +
                "(System.Threading.CancellationToken)AppContext.GetData(\"Notebooks.Cancellation\")); }"));
        string interrupt = "";
        for (var since = Stopwatch.StartNew(); ;)
        {
            // One that comes before the cell has begun stops nothing, as in any kernel: it is sent until the cell has
            // heard it.
            Thread.Sleep(delay);
            interrupt = client.Send(Channel.Control, "interrupt_request", []);
            Assert.Equal("ok", client.ReplyTo(interrupt, Channel.Control)["status"]!.GetValue<string>());
            if (client.Next(Channel.Shell, TimeSpan.FromSeconds(2)) is { } reply)
            {
                Assert.Equal(
                    (first, "error"),
                    (reply.ParentHeader["msg_id"]!.GetValue<string>(), reply.Content["status"]!.GetValue<string>()));
                break;
            }

            Assert.True(since.Elapsed < TimeSpan.FromMinutes(1), "The interrupted cell is not answered.");
        }

        string second = client.Send(Channel.Shell, "execute_request", KernelClient.Code("6 * 7"));
        Assert.Equal("ok", client.ReplyTo(second)["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(250)]
    [InlineData(700)]
    public async Task A_shutdown_while_the_first_cell_waits_for_the_warm_up_is_answered_and_the_process_ends(int delay)
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel, listens: false);
        client.Send(Channel.Shell, "execute_request", KernelClient.Code("while (true) { }"));
        Thread.Sleep(delay);
        string id = client.Send(Channel.Control, "shutdown_request", new() { ["restart"] = false });
        Assert.Equal("ok", client.ReplyTo(id, Channel.Control)["status"]!.GetValue<string>());
        Assert.Equal(0, await kernel.EndAsync());
        Assert.DoesNotContain(kernel.Errors, line => line.Contains("nhandled", StringComparison.Ordinal));
    }

    private static Dictionary<string, int> Storm(KernelProcess kernel, int seed, int requests)
    {
        var random = new Random(seed);
        string[] cells =
            ["1 + 1", "Console.WriteLine(\"storm\");",
                "await Task.Delay(1, " +
                "(System.Threading.CancellationToken)AppContext.GetData(\"Notebooks.Cancellation\"));", "nothing",
                    "throw new Exception();"];
        using var client = new KernelClient(kernel, listens: false);
        var waiting = new HashSet<string>();
        var answered = new Dictionary<string, int>();
        for (int i = 0; i < requests; i++)
        {
            waiting.Add(
                client.Send(
                    Channel.Shell, "execute_request",
                    KernelClient.Code(cells[random.Next(cells.Length)], stopOnError: i % 3 == 0)));
        }

        while (waiting.Count > 0)
        {
            JupyterMessage reply = client.Next(Channel.Shell, TimeSpan.FromMinutes(1))
                ?? throw new TimeoutException($"{waiting.Count} requests are not answered.");
            Assert.True(
                waiting.Remove(reply.ParentHeader["msg_id"]!.GetValue<string>()), "A reply to nothing that was asked.");
            string status = reply.Content["status"]!.GetValue<string>();
            answered[status] = answered.GetValueOrDefault(status) + 1;
        }

        return answered;
    }
}
