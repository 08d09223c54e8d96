using System.Text;

namespace Notebooks;

/// <summary>
/// A console writer that hands what a cell writes to that cell, and everything else to the console it stands before.
/// </summary>
internal sealed class ConsoleCapture(string stream, TextWriter behind) : TextWriter
{
    private static readonly Lock s_gate = new();
    private static int s_users;
    private static (TextWriter Out, TextWriter Error, TextReader In) s_before;

    public override Encoding Encoding => behind.Encoding;

    /// <summary>Takes the console over for the first engine of the process.</summary>
    public static void Begin()
    {
        lock (s_gate)
        {
            if (s_users++ == 0)
            {
                s_before = (Console.Out, Console.Error, OperatingSystem.IsBrowser() ? TextReader.Null : Console.In);
                Console.SetOut(new ConsoleCapture("stdout", s_before.Out));
                Console.SetError(new ConsoleCapture("stderr", s_before.Error));
                Console.SetIn(new ConsoleInput(s_before.In));
            }
        }
    }

    /// <summary>Gives it back after the last.</summary>
    public static void End()
    {
        lock (s_gate)
        {
            if (--s_users == 0)
            {
                Console.SetOut(s_before.Out);
                Console.SetError(s_before.Error);
                if (!OperatingSystem.IsBrowser()) { Console.SetIn(s_before.In); }
            }
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        if (value is null) { return; }

        if (CellScope.Current is { } cell) { cell.Print(stream, value); }
        else { behind.Write(value); }
    }

    public override void WriteLine() => Write("\n");

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush() => behind.Flush();
}
