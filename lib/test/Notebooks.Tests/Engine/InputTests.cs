namespace Notebooks.Tests.Engine;

/// <summary>The console's reader in a cell asks the person, or says why it cannot.</summary>
public class InputTests
{
    private static Session Answering(params string[] lines)
    {
        var waiting = new Queue<string>(lines);
        return new Session(options => options with { ReadInput = (_, _, _) => Task.FromResult(waiting.Dequeue()) });
    }

    [Theory]
    [InlineData("Console.ReadLine()", "Ada")]
    [InlineData("Console.In.ReadLine()", "Ada")]
    [InlineData("await Console.In.ReadLineAsync()", "Ada")]
    [InlineData("(char)Console.Read()", "A")]
    [InlineData("Console.Read(); Console.Read(); Console.ReadLine()", "a")]
    [InlineData("await Task.Run(() => Console.ReadLine())", "Ada")]
    [InlineData("Console.ReadLine() + Console.ReadLine()", "AdaGrace")]
    public async Task Reading_asks(string code, string value)
    {
        await using Session session = Answering("Ada", "Grace");
        Ran ran = await session.RunAsync(code);
        Assert.Equal("", ran.Trace);
        Assert.Equal(value, ran.Text);
    }

    [Theory]
    [InlineData("Console.ReadLine()", "Nobody can be asked")]
    [InlineData("Console.Read()", "Nobody can be asked")]
    [InlineData("Console.In.ReadToEnd()", "GetInputAsync")]
    public async Task Where_nobody_can_be_asked_it_is_an_error_and_not_null(string code, string says)
    {
        await using var session = new Session();
        Assert.Contains(says, (await session.RunAsync(code)).Trace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Console.ReadLine();")]
    [InlineData("await GetInputAsync();")]
    [InlineData("GetInputAsync().Wait();")]
    public async Task A_question_can_be_interrupted(string code)
    {
        await using var session = new Session(options => options with
        {
            ReadInput = async (_, _, cancellation) =>
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return "";
            },
        });
        Ran ran = await session.InterruptAsync("int kept = 5; Console.WriteLine(1); " + code);
        Assert.Equal("Interrupted", ran.Result.Error!.Name);
        Assert.Equal("5", (await session.RunAsync("kept")).Text);
    }
}
