namespace Notebooks;

/// <summary>
/// .NET Interactive's own packages, once a cell has brought them: what they say of formatting, and what their types
/// need around a cell. <c>Bridge.cs</c> implements it; that file is compiled against the packages when they are there,
/// so that this engine refers to none of them.
/// </summary>
public interface IInteractive
{
    /// <summary>
    /// How the packages' Formatter shows a value, if it has been told something about its type, or the type is the
    /// packages' own; else null.
    /// </summary>
    MimeBundle? Format(object value);

    /// <summary>Runs a cell so that KernelInvocationContext.Current, Kernel.Root and their kin are there.</summary>
    ErrorOutput? Run(string code, CancellationToken cancellation, Func<ErrorOutput?> body);

    /// <summary>Lets the extensions in an assembly set themselves up; returns the names of their types.</summary>
    IReadOnlyList<string> LoadExtensions(System.Reflection.Assembly assembly);
}

/// <summary>What the bridge to .NET Interactive's packages asks of the engine.</summary>
public interface IInteractiveEngine
{
    /// <summary>Shows or prints something under the running cell.</summary>
    void Publish(CellEvent happened);

    /// <summary>How this engine shows a value.</summary>
    MimeBundle Format(object? value);

    /// <summary>The variables of the cells so far.</summary>
    IReadOnlyList<(string Name, Type Type, object? Value)> Variables { get; }

    /// <summary>Gives a variable a value, as if a cell had declared it.</summary>
    void SetVariable(string name, object? value);

    /// <summary>Runs code as if it stood in the running cell; returns its error, or null.</summary>
    ErrorOutput? RunCode(string code);

    /// <summary>Asks the person.</summary>
    Task<string> AskAsync(string prompt, bool password);
}
