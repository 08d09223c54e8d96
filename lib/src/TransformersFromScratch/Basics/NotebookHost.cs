using System.Reflection;
using Shared;

namespace TransformersFromScratch;

/// <summary>
/// The notebook this code runs in, if it runs in one: the course's own engine, or the genuine .NET Interactive kernel.
/// Both are found by name, so that the library refers to neither.
/// </summary>
internal static class NotebookHost
{
    private const string Namespace = "Microsoft.DotNet.Interactive";

    private static readonly Assembly? s_genuine = Loaded(Namespace);

    /// <summary>
    /// The running cell, of type KernelInvocationContext; the genuine kernel knows it in every thread that the cell
    /// starts.
    /// </summary>
    private static readonly PropertyInfo? s_cell = s_genuine?.GetType(
        $"{Namespace}.KernelInvocationContext")?.GetProperty("Current");

    private static readonly PropertyInfo? s_stop = s_cell?.PropertyType.GetProperty("CancellationToken");

    /// <summary>
    /// Shows a value and returns something with Update(value), which shows another in its place; null outside of a
    /// notebook.
    /// </summary>
    public static Func<object, object?>? Display { get; } = OursDisplays() ?? GenuineDisplays();

    /// <summary>
    /// Cancelled when the reader stops the running cell. Our engine puts it into AppContext under this name; the
    /// genuine kernel has it in the running cell's context.
    /// </summary>
    public static CancellationToken Stop =>
        (AppContext.GetData(HostNames.Cancellation)
            ?? (s_cell?.GetValue(null) is { } cell ? s_stop?.GetValue(cell) : null)) is CancellationToken token
                ? token
                : default;

    /// <summary>
    /// Runs a part of the cell's code, which ends once the token is cancelled: in our engine at its next loop or call,
    /// elsewhere only if it looks at the token. Call it on a thread of its own.
    /// </summary>
    public static void RunPart(Action part, CancellationToken ending)
    {
        if (AppContext.GetData(HostNames.Part) is Action<Action, CancellationToken> run) { run(part, ending); }
        else { part(); }
    }

    private static Func<object, object?>? OursDisplays()
    {
        MethodInfo? display = Loaded("Notebooks")?.GetType($"{Namespace}.Kernel")?.GetMethod(
            "display", [typeof(object)]);
        return display is null ? null : value => display.Invoke(null, [value]);
    }

    /// <summary>
    /// Not by its display(value): that returns another object than the one shown, whose Update would append.
    /// </summary>
    private static Func<object, object?>? GenuineDisplays()
    {
        MethodInfo? display = s_cell is null
            ? null
            : s_genuine?.GetType($"{Namespace}.KernelInvocationContextExtensions")?
            .GetMethod("Display", [s_cell.PropertyType, typeof(object), typeof(string[])]);
        return display is null ? null : value => s_cell!.GetValue(null) is { } cell
            ? display.Invoke(null, [cell, value, Array.Empty<string>()])
            : null;
    }

    private static Assembly? Loaded(string name) =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == name);
}
