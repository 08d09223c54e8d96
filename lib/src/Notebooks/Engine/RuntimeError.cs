using System.Diagnostics;
using System.Reflection;

namespace Notebooks;

/// <summary>
/// An exception as a person reads it: its message, the line of the cell, and the frames from where it was thrown down
/// to the cell. What lies below the cell is this engine's business and is left out.
/// </summary>
internal static class RuntimeError
{
    /// <summary>How the class of a cell is called, up to its number.</summary>
    public const string SubmissionPrefix = "Submission#";

    private const int MaxFrames = 10;

    /// <param name="problem">What was thrown.</param>
    /// <param name="place">The code that ran; of other code the lines are not at hand.</param>
    public static ErrorOutput From(Exception problem, CodePlace place)
    {
        problem = Unwrapped(problem);
        if (problem is CellException cell)
        {
            return new ErrorOutput("DirectiveError", cell.Message, cell.Details);
        }

        string[] lines = place.Source.ReplaceLineEndings("\n").Split('\n');
        var traceback = new List<string> { $"{problem.GetType().FullName}: {problem.Message}" };
        for (Exception? inner = problem.InnerException; inner is not null; inner = inner.InnerException)
        {
            traceback.Add($" ---> {inner.GetType().FullName}: {inner.Message}");
        }

        StackFrame[] frames = new StackTrace(problem, fNeedFileInfo: true).GetFrames();
        if (OperatingSystem.IsBrowser()) { frames = WithLine(frames); }

        int last = Array.FindLastIndex(frames, IsOfACell);
        StackFrame[] shown = [.. frames.Take(last + 1).Where(IsWorthShowing)];
        int ends = shown.Length > 2 * MaxFrames ? MaxFrames : shown.Length; // of an endless recursion, its two ends
        traceback.AddRange(shown.Take(ends).Select(frame => "   " + Describe(frame, place.Name, lines)));
        if (ends < shown.Length)
        {
            traceback.Add($"   ... and {shown.Length - 2 * MaxFrames} more, down to");
            traceback.AddRange(shown.TakeLast(MaxFrames).Select(frame => "   " + Describe(frame, place.Name, lines)));
        }

        return new ErrorOutput(problem.GetType().Name, problem.Message, traceback);
    }

    /// <summary>Whether an exception has come through the code of a cell.</summary>
    public static bool IsOfACell(Exception problem) => new StackTrace(problem).GetFrames().Any(IsOfACell);

    private static Exception Unwrapped(Exception problem) => problem switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrapped(only),
        AggregateException many when many.Flatten().InnerExceptions is [var first, ..] all
            && all.All(inner => inner is OperationCanceledException) => first,
        TargetInvocationException { InnerException: { } inner } => Unwrapped(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrapped(inner),
        _ => problem,
    };

    /// <summary>The same frames; the first that is a cell's knows its line, which the runtime has not noted.</summary>
    private static StackFrame[] WithLine(StackFrame[] frames)
    {
        int first = Array.FindIndex(frames, IsOfACell);
        if (first >= 0) { frames[first] = new MarkedFrame(frames[first].GetMethod(), LineMarks.Last); }

        return frames;
    }

    private static bool IsOfACell(StackFrame frame) =>
        frame.GetMethod()?.DeclaringType?.FullName?.StartsWith(SubmissionPrefix, StringComparison.Ordinal) == true;

    /// <summary>The plumbing of async methods and rethrown exceptions says nothing to a reader.</summary>
    private static bool IsWorthShowing(StackFrame frame)
    {
        string? type = frame.GetMethod()?.DeclaringType?.FullName;
        return type is not null
            && !type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)
            && !type.StartsWith("System.Runtime.ExceptionServices.", StringComparison.Ordinal)
            && !type.StartsWith("System.Threading.Tasks.", StringComparison.Ordinal);
    }

    private static string Describe(StackFrame frame, string running, string[] lines)
    {
        MethodBase method = frame.GetMethod()!;
        int line = frame.GetFileLineNumber();
        if (!IsOfACell(frame))
        {
            return $"at {method.DeclaringType!.FullName!.Replace('+', '.')}.{method.Name}";
        }

        string name = method.Name is "MoveNext" or "<Factory>" or "<Initialize>" ? "the cell" : NameOf(method);
        string file = frame.GetFileName() ?? "";
        string text = file == running && line > 0 && line <= lines.Length ? $": {lines[line - 1].Trim()}" : "";
        return line > 0 ? $"at {name}, {file} line {line}{text}" : $"at {name}";
    }

    /// <summary>
    /// A local function or lambda by the name it has in the cell: the compiler calls it
    /// &lt;&lt;Initialize&gt;&gt;g__Name|0.
    /// </summary>
    private static string NameOf(MethodBase method)
    {
        int start = method.Name.IndexOf("g__", StringComparison.Ordinal),
            end = method.Name.IndexOf('|', StringComparison.Ordinal);
        return start >= 0 && end > start
            ? method.Name[(start + 3)..end]
            : method.Name.Contains('<', StringComparison.Ordinal) ? "a lambda of the cell" : method.Name;
    }

    private sealed class MarkedFrame(MethodBase? method, (string Place, int Line) mark)
        : StackFrame(mark.Place, mark.Line)
    {
        public override MethodBase? GetMethod() => method;
    }
}
