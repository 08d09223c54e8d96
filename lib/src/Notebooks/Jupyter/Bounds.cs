using System.Globalization;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// How much of one output travels to a front end. No front end can show a text of a hundred million characters, and its
/// message would take a gigabyte on the way; what was left out is said where it would have stood.
/// </summary>
internal static class Bounds
{
    /// <summary>
    /// The most characters of one mime type of a value or display: several times the largest figure of the chapters.
    /// </summary>
    public const int MostShown = 10_000_000;

    /// <summary>The most characters of an error's message, and of its traceback.</summary>
    public const int MostOfAnError = 100_000;

    /// <summary>
    /// What a value or display is shown as: long text is cut, and other types, which half would be of no use, are
    /// replaced by a sentence.
    /// </summary>
    public static JsonObject Shown(MimeBundle bundle)
    {
        JsonObject data = bundle.ToMessage();
        var leftOut = new List<string>();
        foreach (string mime in bundle.MimeTypes.Where(mime => bundle.LengthOf(mime) > MostShown))
        {
            if (mime == "text/plain") { data[mime] = Cut(bundle[mime]!, MostShown); }
            else
            {
                data.Remove(mime);
                leftOut.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"[{bundle.LengthOf(mime):N0} characters of {mime} are left out: a notebook is shown at most " +
                        $"{MostShown:N0}.]"));
            }
        }

        if (leftOut.Count > 0)
        {
            data["text/plain"] = string.Join(
                '\n', leftOut.Append(data["text/plain"]?.GetValue<string>() ?? "").Where(text => text.Length > 0));
        }
        return data;
    }

    /// <summary>An error whose message and traceback are no longer than anybody reads.</summary>
    public static ErrorOutput Of(ErrorOutput error)
    {
        var lines = new List<string>();
        int room = MostOfAnError;
        foreach (string line in error.Traceback)
        {
            if (room <= 0)
            {
                lines.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"[{error.Traceback.Count - lines.Count:N0} more lines are left out]"));
                break;
            }

            lines.Add(Cut(line, room));
            room -= line.Length + 1;
        }

        return new ErrorOutput(Cut(error.Name, 1000), Cut(error.Message, MostOfAnError), lines);
    }

    /// <summary>The text, or its beginning and a sentence that says how long it was.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) { return text; }

        int end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{text.AsSpan(0, end)}\n[These are the first {end:N0} of {text.Length:N0} characters.]");
    }
}
