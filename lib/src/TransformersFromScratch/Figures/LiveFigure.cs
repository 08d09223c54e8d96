using System.Reflection;

namespace TransformersFromScratch;

/// <summary>
/// A figure that is drawn anew in its place while a cell runs. Where the notebook cannot update an output in place (the
/// genuine .NET Interactive kernel appends a copy each time), only the last state is shown, once, at the end.
/// </summary>
public sealed class LiveFigure : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250); // four pictures a second look alive and flood nothing

    // Found by name, so that the library refers to no notebook: our own engine's display, or .NET Interactive's.
    private static readonly MethodInfo? s_ours = DisplayOf("Notebooks"), s_theirs = DisplayOf("Microsoft.DotNet.Interactive");

    private readonly MethodInfo? _updating, _appending;
    private long _lastDrawn = long.MinValue;
    private Func<Figure>? _latest;
    private object? _shown;

    /// <summary>A figure for the notebook this code runs in, if it runs in one.</summary>
    public LiveFigure() : this(s_ours, s_theirs)
    {
    }

    /// <summary>A figure for a host of one kind or the other.</summary>
    /// <param name="updating">display(value), returning something with Update(value) that replaces what was shown.</param>
    /// <param name="appending">display(value) of a host that would append.</param>
    internal LiveFigure(MethodInfo? updating, MethodInfo? appending) => (_updating, _appending) = (updating, appending);

    /// <summary>Shows the figure, unless one was shown a moment ago; then it waits for the next call or the end.</summary>
    /// <param name="figure">Makes the figure; called only when it is to be drawn.</param>
    public void Show(Func<Figure> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        _latest = figure;
        long now = Environment.TickCount64;
        if (_updating is not null && (_lastDrawn == long.MinValue || now - _lastDrawn >= s_pause.TotalMilliseconds))
        {
            Draw();
            _lastDrawn = Environment.TickCount64;
        }
    }

    /// <summary>Draws the last state. Outside a notebook nothing is drawn.</summary>
    public void Dispose()
    {
        if (_latest is not null) { Draw(); }
    }

    private void Draw()
    {
        Figure figure = _latest!();
        _latest = null;
        if (_shown is not null) { _shown.GetType().GetMethod("Update")!.Invoke(_shown, [figure]); }
        else { _shown = Call(_updating ?? _appending, figure); }
    }

    /// <summary>Both have display(value); the second parameter, where there is one, is a list of mime types.</summary>
    private static object? Call(MethodInfo? display, Figure figure) =>
        display?.Invoke(null, display.GetParameters().Length == 1 ? [figure] : [figure, Array.Empty<string>()]);

    private static MethodInfo? DisplayOf(string assembly) => AppDomain.CurrentDomain.GetAssemblies()
        .FirstOrDefault(loaded => loaded.GetName().Name == assembly)
        ?.GetType("Microsoft.DotNet.Interactive.Kernel")
        ?.GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.Name == "display" && method.GetParameters() is [{ ParameterType: var type }, ..] && type == typeof(object))
        .MinBy(method => method.GetParameters().Length);
}
