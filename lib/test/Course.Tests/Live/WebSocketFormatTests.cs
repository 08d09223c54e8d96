using System.Text;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>Messages as they go over a web socket.</summary>
public class WebSocketFormatTests
{
    private static readonly JupyterMessage s_message = JupyterMessage.Unasked(
        "execute_request", new JsonObject { ["code"] = "\"é\" + '𝄞'", ["silent"] = false });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read_again(bool binary)
    {
        byte[] bytes = WebSocketFormat.Write(Channel.Control, s_message, binary);
        var (channel, read) = WebSocketFormat.Read(bytes, binary);
        Assert.Equal(Channel.Control, channel);
        Assert.True(JsonNode.DeepEquals(s_message.Header, read.Header));
        Assert.True(JsonNode.DeepEquals(s_message.Content, read.Content));
        Assert.True(JsonNode.DeepEquals(s_message.ParentHeader, read.ParentHeader));
    }

    [Fact]
    public void The_binary_form_has_its_parts_where_its_offsets_say()
    {
        byte[] bytes = WebSocketFormat.Write(Channel.Iopub, s_message, binary: true);
        long[] numbers = [.. Enumerable.Range(0, 7).Select(i => BitConverter.ToInt64(bytes, 8 * i))];
        Assert.Equal(6, numbers[0]); // six offsets: five parts and the end
        Assert.Equal(56, numbers[1]); // after the seven numbers
        Assert.Equal(bytes.Length, numbers[6]);
        Assert.Equal("iopub", Encoding.UTF8.GetString(bytes, (int)numbers[1], (int)(numbers[2] - numbers[1])));
        Assert.Equal('{', (char)bytes[numbers[2]]);
    }

    [Theory]
    [InlineData("", "is not")]
    [InlineData("[]", "list")]
    [InlineData("{}", "msg_type")]
    [InlineData("""{"channel": "iopub", "header": {"msg_type": "a", "msg_id": "b"}}""", "channel 'iopub'")]
    [InlineData("""{"channel": "shell", "header": {"msg_type": "a", "msg_id": 3}}""", "msg_id")]
    [InlineData("""{"channel": "shell", "header": 7}""", "header is no object")]
    public void What_is_no_message_is_refused_with_the_reason(string text, string reason)
    {
        var problem = Assert.Throws<InvalidDataException>(
            () => WebSocketFormat.Read(Encoding.UTF8.GetBytes(text), binary: false));
        if (text.Length > 0) { Assert.Contains(reason, problem.Message); }
    }

    [Fact]
    public void Damaged_offsets_are_refused_whatever_they_say()
    {
        byte[] good = WebSocketFormat.Write(Channel.Shell, s_message, binary: true);
        for (int at = 0; at < 56; at++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7f, 0xff])
            {
                byte[] bad = [.. good];
                if (bad[at] == value) { continue; }

                bad[at] = value;
                try { WebSocketFormat.Read(bad, binary: true); }
                catch (InvalidDataException) { /* as it should; a change that says the same is read */ }
            }
        }

        Assert.Throws<InvalidDataException>(() => WebSocketFormat.Read(good.AsSpan(0, 20), binary: true));
    }
}
