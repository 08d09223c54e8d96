namespace Notebooks;

/// <summary>The error of a cell that was told to stop.</summary>
internal static class Interruption
{
    public const string Name = "Interrupted";

    private const string Stopped = "The cell was interrupted. The variables are kept, and the next cell can run.";

    /// <summary>
    /// The error of one that passes no place where it could be stopped: a long call into a library, or a loop in a
    /// finally block.
    /// </summary>
    public static ErrorOutput LeftBehind { get; } = new(Name, "The cell was told to stop and could not be stopped.",
    [
        "The cell was told to stop and could not be stopped.",
        "It has been left behind and may still use a processor until it ends. Earlier variables are kept. Restart to " +
        "be rid of it.",
    ]);

    /// <summary>
    /// The error of a cell that ended by itself, in one of the exceptions that stop it, or in another after it was
    /// told.
    /// </summary>
    public static ErrorOutput Of(ErrorOutput? error) => error?.Name switch
    {
        null => new ErrorOutput(Name, Stopped, [$"{Name}: {Stopped}"]),
        nameof(OperationCanceledException) or nameof(TaskCanceledException) or nameof(
            ThreadInterruptedException) or nameof(ThreadAbortException) =>
            new ErrorOutput(
                Name, Stopped,
                [$"{Name}: {Stopped}", .. error.Traceback.Where(
                    line => line.StartsWith("   at ", StringComparison.Ordinal))]),
        _ => new ErrorOutput(Name, $"The cell was interrupted, and then failed: {error.Name}: {error.Message}",
            [$"{Name}: The cell was interrupted, and then failed:", .. error.Traceback]),
    };
}
