namespace Notebooks;

/// <summary>
/// A console reader that asks the person in front of the notebook when a cell reads, and the console it stands before
/// otherwise.
/// </summary>
internal sealed class ConsoleInput(TextReader behind) : TextReader
{
    private string _rest = "";

    public override string? ReadLine()
    {
        if (CellScope.Current is null) { return behind.ReadLine(); }

        if (OperatingSystem.IsBrowser())
        {
            throw new NotSupportedException(
                "In a page a cell cannot stand still until a line comes. Ask with: await GetInputAsync(\"…\")");
        }

        string? rest = _rest.Length > 0 ? _rest.TrimEnd('\n') : null;
        _rest = "";
        return rest ?? Microsoft.DotNet.Interactive.Kernel.GetInputAsync().GetAwaiter().GetResult();
    }

    public override int Peek()
    {
        if (CellScope.Current is null) { return behind.Peek(); }

        if (_rest.Length == 0) { _rest = ReadLine() + "\n"; }
        return _rest[0];
    }

    public override int Read()
    {
        if (CellScope.Current is null) { return behind.Read(); }

        int next = Peek();
        _rest = _rest[1..];
        return next;
    }

    public override int Read(char[] buffer, int index, int count)
    {
        if (CellScope.Current is null) { return behind.Read(buffer, index, count); }
        if (count == 0) { return 0; }

        Peek();
        int given = Math.Min(count, _rest.Length);
        _rest.CopyTo(0, buffer, index, given);
        _rest = _rest[given..];
        return given;
    }

    public override string ReadToEnd() =>
        CellScope.Current is null ? behind.ReadToEnd() : throw new NotSupportedException(
        "A notebook's input has no end: ask for a line at a time, with Console.ReadLine() or await GetInputAsync().");
}
