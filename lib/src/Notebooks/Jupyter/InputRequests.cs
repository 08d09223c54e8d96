using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>The questions that cells ask the person, one at a time: a front end has one place to type in.</summary>
internal sealed class InputRequests(Action<JupyterMessage> send)
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private TaskCompletionSource<string>? _awaited;

    /// <summary>Asks the front end of a request, after the questions before this one have been answered.</summary>
    /// <exception cref="InvalidOperationException">The front end cannot ask.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted.</exception>
    public async Task<string> AskAsync(
        JupyterMessage? request, string prompt, bool password, CancellationToken cancellation)
    {
        if (request is null) { throw new InvalidOperationException("No cell is running that could ask for input."); }
        if (!request.Flag("allow_stdin", true))
        {
            throw new InvalidOperationException(
                "This front end cannot ask for input (allow_stdin is false). Put the text into a variable instead.");
        }

        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = answer;
            send(request.Reply("input_request", new JsonObject { ["prompt"] = prompt, ["password"] = password }));
            return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _awaited = null;
            _oneAtATime.Release();
        }
    }

    /// <summary>The person has answered; an answer to a question that nobody asks any more is dropped.</summary>
    public void Answer(string text) => _awaited?.TrySetResult(text);
}
