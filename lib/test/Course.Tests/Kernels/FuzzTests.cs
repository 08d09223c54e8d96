using System.Text;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>
/// Whatever arrives on a socket, the kernel goes on, says in a short sentence what it dropped, and answers the next
/// cell.
/// </summary>
public class FuzzTests
{
    private const string Header =
        """
        {"msg_id":"a","session":"s","username":"u","date":"2026-01-01T00:00:00Z",
        "msg_type":"execute_request","version":"5.3"}
        """;
    private const string Content =
        """{"code":"int damaged = 1;","silent":false,"store_history":true,"user_expressions":{},"allow_stdin":false}""";

    /// <summary>Signed messages of which nothing can be known but that they were sent.</summary>
    public static TheoryData<string, string> Dropped => new()
    {
        { "half a character", """{"msg_type":"execute_request","msg_id":"\ud800"}""" },
        { "short text", """{"msg_type":5}""" },
        { "short text", """{"msg_type":null}""" },
        { "short text", """{"msg_type":{"a":1}}""" },
        { "short text", "{}" },
        { "short text", "null" },
        { "short text", $$"""{"msg_type":"{{new string('x', 5000)}}"}""" },
        { "uplicate", """{"msg_type":"execute_request","msg_id":"a","msg_id":"b"}""" },
        { "a list", "[]" },
        { "single value", "5" },
        { "cannot be read", "{" },
        { "cannot be read", "" },
        { "cannot be read", """{"msg_type":"execute_request"} {}""" },
        { "is no request", """{"msg_type":"execute_reply"}""" },
        { "is no request", """{"msg_type":"\u001b[2J"}""" },
        { "at most", $$"""{"msg_type":"execute_request","msg_id":"{{new string('x', 100_000)}}"}""" },
        { "depth", $$"""{"msg_type":"execute_request","a":{{new string('[', 1000)}}{{new string(']', 1000)}}}""" },
    };

    /// <summary>Signed messages with a good header: their sender is told what is wrong with the rest.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "half a character", "{}", """{"code":"\ud83d"}""" },
        { "half a character", """{"\udc00":1}""", Content },
        { "uplicate", "{}", """{"code":"1","code":"2"}""" },
        { "no text named 'code'", "{}", """{"code":5}""" },
        { "no text named 'code'", "{}", "null" },
        { "a list", "[]", Content },
        { "a list", "{}", "[1]" },
        { "depth", "{}", $$"""{"code":"1","a":{{new string('[', 100_000)}}""" },
    };

    [Fact]
    public async Task A_message_that_cannot_be_read_is_dropped_or_refused_with_a_sentence_and_the_next_cell_runs()
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        foreach (Channel channel in new[] { Channel.Shell, Channel.Control, Channel.Stdin })
        {
            int before = kernel.Errors.Count;
            // No two messages alike: a repeated one is refused for that.
            byte[] metadata = Bytes($"{{\"sent to\":\"{channel}\"}}");
            foreach (var row in Dropped)
            {
                client.SendSigned(channel, Bytes(row.Data.Item2), Bytes("{}"), metadata, Bytes(Content));
            }

            client.SendSigned(channel, [0x7B, 0xFF, 0x7D], Bytes("{}"), metadata, Bytes(Content));
            client.SendFrames(channel, [Bytes("<IDS|MSG>"), [], Bytes(Header)]);
            client.SendFrames(
                channel, [Bytes("<IDS|MSG>"), [0xFF, 0xC0], Bytes(Header), Bytes("{}"), Bytes("{}"), Bytes(Content)]);
            client.SendFrames(channel, [.. Enumerable.Repeat(Array.Empty<byte>(), 500)]);
            Assert.Equal("42", client.ValueOf("6 * 7"));

            await kernel.ErrorWithAsync($"{channel}: 501 frames"); // with the one that says who sent it
            string[] said = [.. kernel.Errors.Skip(before)];
            foreach (var row in Dropped.Where(_ => channel != Channel.Stdin))
            {
                Assert.Contains(said, line => line.Contains(row.Data.Item1, StringComparison.Ordinal));
            }
        }

        foreach (Channel channel in new[] { Channel.Shell, Channel.Control })
        {
            int id = 0;
            foreach (var row in Refused)
            {
                string header = Header.Replace("\"a\"", $"\"{channel}{id}\"", StringComparison.Ordinal);
                client.SendSigned(channel, Bytes(header), Bytes("{}"), Bytes(row.Data.Item2), Bytes(row.Data.Item3));
                JsonObject reply = client.ReplyTo($"{channel}{id++}", channel);
                Assert.Equal("error", reply["status"]!.GetValue<string>());
                Assert.Contains(row.Data.Item1, reply["evalue"]!.GetValue<string>(), StringComparison.Ordinal);
            }
        }

        string unknown = client.Send(Channel.Shell, "dance_request", []);
        Assert.Equal("UnknownRequest", client.ReplyTo(unknown)["ename"]!.GetValue<string>());
        Assert.All(kernel.Errors, line => Assert.InRange(line.Length, 0, 500));
        Assert.DoesNotContain(kernel.Errors, line => line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_of_a_hundred_megabytes_is_refused()
    {
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        string id = client.Send(Channel.Shell, "execute_request", KernelClient.Code(new string(' ', 100_000_000)));
        Assert.Contains(
            "at most 33,554,432", client.ReplyTo(id)["evalue"]!.GetValue<string>(), StringComparison.Ordinal);
        client.SendFrames(Channel.Control, [new byte[100_000_000]]);
        Assert.Equal("42", client.ValueOf("6 * 7"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task After_thousands_of_mutated_messages_a_good_cell_is_answered(int seed)
    {
        var random = new Random(seed);
        await using var kernel = KernelProcess.Start();
        using var client = new KernelClient(kernel);
        for (int i = 0; i < 1500; i++)
        {
            string type = s_types[random.Next(s_types.Length)];
            byte[][] frames =
            [
                Bytes(Header.Replace("execute_request", type, StringComparison.Ordinal)), Bytes("{}"), Bytes("{}"),
                Bytes(s_contents[random.Next(s_contents.Length)]),
            ];
            int damaged = random.Next(4);
            frames[damaged] = Mutated(frames[damaged], random);
            client.SendSigned((Channel)random.Next(3), frames);
        }

        // After an error, the cells that wait already are not run: among the first good cells may be some of those.
        string value;
        do { value = client.ValueOf("6 * 7"); } while (value.Contains("aborted", StringComparison.Ordinal));

        Assert.Equal("42", value);
        Assert.False(kernel.Process.HasExited);
        Assert.All(kernel.Errors, line => Assert.InRange(line.Length, 0, 500));
    }

    // Not shutdown_request, which may well end the kernel.
    private static readonly string[] s_types =
    [
        "execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_open",
        "comm_msg", "comm_info_request",
        "interrupt_request", "kernel_info_request", "input_reply", "debug_request",
    ];

    private static readonly string[] s_contents =
    [
        Content, "{}", """{"code":"Console.","cursor_pos":8,"detail_level":0}""",
        """{"code":"😀 + x","cursor_pos":-3}""", """{"code":"1","user_expressions":{"a":5,"b":"1 +","c":null}}""",
        """{"hist_access_type":"search","pattern":"*a?*","n":-5,"unique":true,"output":true}""",
        """{"hist_access_type":"range","start":-9,"stop":1e9}""",
        """{"comm_id":7,"target_name":"x","data":[]}""", """{"value":"text"}""",
    ];

    private static readonly string[] s_pieces =
    [
        "\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999", "99999999999999999999", "\\ud83d", "\\ude00",
        "\\u0000", "\"a\":1,\"a\":2", "\"code\":[]", new string('[', 70), "\\",
    ];

    private static byte[] Mutated(byte[] frame, Random random)
    {
        var bytes = frame.ToList();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(10))); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes.InsertRange(at, bytes[..random.Next(bytes.Count + 1)]); break;
                default: bytes.InsertRange(at, Bytes(s_pieces[random.Next(s_pieces.Length)])); break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
