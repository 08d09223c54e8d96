using System.Text;

namespace Course;

/// <summary>Writing a text file to a temporary name and renaming it, so that nothing is ever left half.</summary>
internal static class Files
{
    private static readonly UTF8Encoding s_plain = new(encoderShouldEmitUTF8Identifier: false);

    public static void WriteWhole(string path, string text)
    {
        path = Path.GetFullPath(path); // A bare name has no folder of its own.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = TemporaryBeside(path);
        try
        {
            File.WriteAllText(temporary, text, s_plain);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A name that nothing has, for a file or folder that is not finished.</summary>
    public static string TemporaryBeside(string path) => $"{path}.{Guid.NewGuid().ToString("N")[..8]}.tmp";
}
