using Notebooks;

// The names are .NET Interactive's, so that a cell that runs there runs here unchanged.
namespace Microsoft.DotNet.Interactive;

/// <summary>What every cell can call without a using.</summary>
public static class Kernel
{
    /// <summary>Shows a value below the cell.</summary>
    public static DisplayedValue display(object? value) => Show(Showing.Format(value));

    /// <summary>Shows a value as the given mime types; a string is taken to be of that type already.</summary>
    public static DisplayedValue display(object? value, params string[] mimeTypes) =>
        Show(
            mimeTypes.Length == 0 ? Showing.Format(value) : new MimeBundle(
                mimeTypes.Select(mime => (mime, Formatter.Format(value, mime)[mime]!))));

    /// <summary>Markup to be shown as it is.</summary>
    public static HtmlContent HTML(string content) => new(content);

    /// <summary>Asks the person for a line.</summary>
    public static Task<string> GetInputAsync(string prompt = "") => Ask(prompt, password: false);

    /// <summary>Asks the person for a line that is not shown while it is typed.</summary>
    public static Task<string> GetPasswordAsync(string prompt = "") => Ask(prompt, password: true);

    /// <summary>Takes away what the cell has shown so far.</summary>
    public static void ClearOutput(bool wait = false) => CellScope.Current?.Publish(new CellEvent.ClearOutput(wait));

    private static DisplayedValue Show(MimeBundle data)
    {
        CellScope? cell = CellScope.Current;
        string id = Guid.NewGuid().ToString("N");
        cell?.Publish(new CellEvent.Display(data, id));
        return new DisplayedValue(id, cell);
    }

    private static Task<string> Ask(string prompt, bool password) =>
        CellScope.Current is { Options.ReadInput: { } ask } cell
            ? ask(prompt, password, cell.Cancellation)
            : throw new InvalidOperationException(
                "Nobody can be asked for input here. Put the text into a variable instead.");
}

/// <summary>Something shown, which can be shown anew in the same place.</summary>
public sealed class DisplayedValue
{
    private readonly CellScope? _shownBy;

    internal DisplayedValue(string displayId, CellScope? shownBy) => (DisplayId, _shownBy) = (displayId, shownBy);

    /// <summary>The name by which front ends know the place.</summary>
    public string DisplayId { get; }

    /// <summary>Shows another value in the place of the first.</summary>
    public void Update(object? value) =>
        (CellScope.Current ?? _shownBy)?.Publish(new CellEvent.UpdateDisplay(Showing.Format(value), DisplayId));
}
