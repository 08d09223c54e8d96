using Microsoft.DotNet.Interactive;

// In namespace System, where .NET Interactive has it and every cell looks.
namespace System;

/// <summary>display(...) at the end of an expression.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows the value below the cell.</summary>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) =>
        Kernel.display(value, mimeTypes);

    /// <summary>Shows the value as one mime type.</summary>
    public static DisplayedValue DisplayAs(this string value, string mimeType) => Kernel.display(value, mimeType);
}
